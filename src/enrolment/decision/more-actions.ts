import type { EnrolmentFile } from './file.ts';

/** Whether the employer's approval can be taken back: somebody holds a seat that it gave, in a session to come. */
export const mayWithdrawApproval = (file: EnrolmentFile, now: Date): boolean =>
  (file.state === 'preregistered' || file.state === 'enrolled') &&
  file.needsHrApproval &&
  !file.isCancelled &&
  now < file.startsAt;

/** The page that asks why an approval is taken back. */
export const withdrawApprovalPage = (file: EnrolmentFile, back: string) => ({
  title: 'Retirer l’accord',
  back,
  heading: `Retirer l’accord donné à ${file.personName}`,
  intro: `Action «\u00a0${file.actionTitle}\u00a0». La personne et le prestataire recevront votre motif\u00a0; la place ira à la liste d’attente, et la demande ne comptera plus dans les droits de l’année.`,
  label: 'Motif du retrait',
  submit: 'Retirer l’accord',
});

/** What the agency may do with an enrolment beside the two decisions, each on a page of its own. */
export function agencyActions(
  file: EnrolmentFile,
  now: Date,
): { href: string; label: string; icon: string }[] {
  const path = `/agence/inscriptions/${file.id}`;
  const isLive = ['requested', 'waitlisted', 'preregistered', 'enrolled'].includes(file.state);
  if (!isLive || file.isCancelled || now >= file.startsAt) return [];
  return [
    ...(file.state === 'waitlisted'
      ? [{ href: `${path}/placer`, label: 'Donner une place', icon: 'person-plus' }]
      : []),
    { href: `${path}/deplacer`, label: 'Changer de session', icon: 'arrow-left-right' },
    ...(mayWithdrawApproval(file, now)
      ? [{ href: `${path}/retirer`, label: 'Retirer l’accord de l’employeur', icon: 'x-lg' }]
      : []),
    { href: `${path}/annuler`, label: 'Annuler la demande', icon: 'slash-circle' },
  ];
}

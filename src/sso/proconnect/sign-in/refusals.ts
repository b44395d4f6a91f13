import { DomainError } from '#platform/errors.ts';

/** Nothing was asked of ProConnect in this browser, or too long ago, or the answer has been used. */
export class Unasked extends DomainError {
  override name = 'Unasked';
  constructor() {
    super(
      403,
      'Recommencez avec ProConnect',
      'Cette réponse de ProConnect ne correspond à aucune demande de ce navigateur, ou elle date\u00a0: personne n’a été identifié.',
    );
    this.leadingTo('/connexion', 'Revenir à la page d’identification');
  }
}

/** What came from ProConnect is not to be believed, or nothing came. */
export class Refused extends DomainError {
  override name = 'Refused';
  constructor(isDown: boolean) {
    super(
      isDown ? 503 : 403,
      isDown ? 'ProConnect ne répond pas' : 'ProConnect n’a pas pu vous identifier',
      isDown
        ? 'Réessayez dans une minute, ou identifiez-vous avec votre mot de passe.'
        : 'Sa réponse n’est pas valable\u00a0: personne n’a été identifié. Recommencez\u00a0; si cela continue, identifiez-vous avec votre mot de passe et prévenez-nous.',
    );
    this.leadingTo('/connexion', 'Revenir à la page d’identification');
  }
}

/** Somebody signed in came back from ProConnect as the owner of another account: their session stays theirs. */
export class OpensAnother extends DomainError {
  override name = 'OpensAnother';
  constructor(email: string) {
    super(
      409,
      'Cette identité ouvre déjà un autre compte',
      `Votre session reste celle de ${email}. Pour ouvrir l’autre compte, déconnectez-vous d’abord\u00a0; pour relier cette identité à celui-ci, déliez-la de l’autre.`,
    );
    this.leadingTo('/mon-compte', 'Revenir à mon compte');
  }
}

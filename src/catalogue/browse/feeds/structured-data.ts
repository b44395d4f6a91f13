import type { ActionPage } from '../service.ts';

/**
 * An action as search engines read it: schema.org Course with its dated CourseInstance, as the text of a
 * `application/ld+json` block.
 * @param url the absolute address of the action's page
 */
export function structuredData(action: ActionPage, url: string): string {
  const data = {
    '@context': 'https://schema.org',
    '@type': 'Course',
    name: action.title,
    description: descriptionOf(action),
    url,
    inLanguage: 'fr',
    about: action.theme,
    provider: { '@type': 'Organization', name: action.provider },
    hasCourseInstance: action.coming.map((session) => ({
      '@type': 'CourseInstance',
      startDate: session.startsAt,
      endDate: session.endsAt,
      courseMode: MODES[action.modality],
      ...locationOf(action.modality, session.city, url),
      ...(action.trainer ? { instructor: { '@type': 'Person', name: action.trainer } } : {}),
    })),
  };
  // Nothing of a text may close the block or open a comment in it.
  return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

// The place of a session in person may be to come: it is then unknown, not on line.
function locationOf(modality: ActionPage['modality'], city: string | null, url: string): object {
  if (city) {
    const address = { '@type': 'PostalAddress', addressLocality: city };
    return { location: { '@type': 'Place', name: city, address } };
  }
  return modality === 'remote' ? { location: { '@type': 'VirtualLocation', url } } : {};
}

const MODES = Object.freeze({ in_person: 'Onsite', remote: 'Online', mixed: 'Blended' });

/** The first words of what the action is about, on one line, for previews: 200 characters at most. */
export function descriptionOf({
  objectives,
  audience,
  title,
}: Pick<ActionPage, 'objectives' | 'audience' | 'title'>): string {
  const text = (objectives || audience || title).replace(/\s+/g, ' ').trim();
  const characters = [...text];
  return characters.length > 200 ? `${characters.slice(0, 199).join('').trimEnd()}…` : text;
}

import type { TimetableName } from '../timetables.ts';

export type KindCode =
  | 'formation'
  | 'autoformation'
  | 'codeveloppement'
  | 'lab-innov'
  | 'lab-studio'
  | 'webinaire'
  | 'webatelier'
  | 'journee'
  | 'conference'
  | 'reunion'
  | 'autoformation-libre';

export type ThemeSlug =
  | 'orientation'
  | 'vae'
  | 'pedagogie'
  | 'numerique'
  | 'emploi'
  | 'alternance'
  | 'handicap'
  | 'qualite';

/** One page of the catalogue, typed with plain spaces (see `french`). */
export interface ActionContent {
  slug: string;
  title: string;
  kind: KindCode;
  theme: ThemeSlug;
  /** The key of the structure that runs it. */
  provider: 'brandelle' | 'sauvelande' | 'mirandoux' | 'verzille';
  timetable: TimetableName;
  /** One per line on the page. */
  objectives: string[];
  audience: string;
  prerequisites?: string;
  programme?: string[];
  trainer: string;
  /** Published unless it says otherwise. */
  status?: 'draft' | 'archived';
}

/** A state as pages show it: in words, with a glyph (`bootstrap-icons`) and in the colour of a tone. */
export interface Badge {
  label: string;
  glyph: string;
  tone: 'success' | 'info' | 'warning' | 'danger' | 'neutral' | 'primary';
}

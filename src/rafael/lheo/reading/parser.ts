import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { LheoFileRefused, type Position } from '../issues.ts';
import { LHEO_2_2, LHEO_2_3, shapes } from '../shape/shape.ts';
import type { LheoElement } from '../tree.ts';
import { foreignElement, type Scope, XMLNS, XSI } from './foreign.ts';
import { illFormed } from './ill-formed.ts';
import { faultOfRoot } from './root.ts';

/** What no honest file comes near; beyond, the file is refused as a whole. */
const MOST = { depth: 32, attributes: 40, attributeLength: 1024, nameLength: 256, betweenEvents: 1_000_000 };
/** What one formation may hold; beyond, it is rejected alone. */
const MOST_OF_FORMATION = { elements: 20_000, characters: 2_000_000 };
/** As long as a text may be in `extra`. A value is cut there, whose length is wrong already. */
const LONGEST_TEXT = 65_536;

/** A formation as it was read. */
export interface ParsedFormation {
  tree: LheoElement;
  position: Position;
  /** Where each element begins, in the order in which they begin: its line, then its column. */
  places: number[];
  /** Whether it held more than it may: it is then cut. */
  isTooLarge: boolean;
  /** Whether a value of it holds nothing, or white space. */
  hasEmpty: boolean;
}

const OF_LHEO: Scope = Object.freeze({ '': LHEO_2_3 });

/** How an element that LHÉO does not have is named: never as one that it has. */
const unknownName = ({ name, local, prefix, uri }: SaxesTagNS, lheo: string): string => {
  if (uri === lheo) return local;
  return prefix ? name : `{${uri.slice(0, 100)}}${local}`;
};

interface Frame {
  element: LheoElement;
  /** Within `extra`, where texts and elements are kept in their order. */
  isAny: boolean;
  scope: Scope;
}

// XML 1.1 lets control characters pass, which neither XML 1.0 nor the database takes.
const OPTIONS = { xmlns: true, position: true, defaultXMLVersion: '1.0', forceXMLVersion: true } as const;

/**
 * The tokenizer of saxes. A class of its own, though it adds nothing: V8 gives the objects of a derived class more room for the
 * handlers that are set one by one; without it, with seven of them, it falls back on a slow table and reads six times slower.
 */
class Tokenizer extends SaxesParser<typeof OPTIONS> {}

/** Makes trees of the text of a file, formation by formation; it is given the text piece by piece. */
export class LheoParser {
  /** The version of the file, once its root was read. */
  version: '2.2' | '2.3' = '2.3';
  readonly #parser = new Tokenizer(OPTIONS);
  readonly #stack: Frame[] = [];
  #done: ParsedFormation[] = [];
  #depth = 0;
  /** The depth from which everything is passed over; 0 for none. */
  #skipFrom = 0;
  #namespace = '';
  #hasOffers = false;
  #count = 0;
  #elements = 0;
  #characters = 0;
  #hasEmpty = false;
  #hasLongText = false;
  #wasHeard = false;
  #quiet = 0;
  #places: number[] = [];
  #line = 1;
  #column = 1;
  #attributes = 0;

  constructor() {
    const parser = this.#parser;
    parser.on('error', ({ message }) => this.#refuse('E02', illFormed(message.replace(/^[\d:]+ /, ''))));
    parser.on('doctype', () =>
      this.#refuse('E01', 'Le fichier contient un DOCTYPE, qui n’est jamais accepté : retirez-le.'),
    );
    parser.on('opentagstart', ({ name }) => {
      this.#heard();
      this.#attributes = 0;
      this.#line = parser.line;
      this.#column = Math.max(1, parser.columnIndex - name.length - 1);
      if (name.length > MOST.nameLength) this.#refuse('E04', 'Une balise du fichier a un nom démesuré.');
    });
    parser.on('attribute', ({ name, value }) => {
      this.#heard();
      this.#attributes += 1;
      if (
        this.#attributes > MOST.attributes ||
        value.length > MOST.attributeLength ||
        name.length > MOST.nameLength
      ) {
        this.#refuse('E04', 'Un élément porte trop d’attributs, ou un attribut trop long.');
      }
    });
    parser.on('opentag', (tag) => this.#open(tag));
    parser.on('closetag', () => this.#close());
    parser.on('text', (text) => this.#text(text));
    parser.on('cdata', (text) => this.#text(text));
    parser.on('comment', () => this.#heard());
    parser.on('processinginstruction', () => this.#heard());
  }

  /**
   * @param text the next piece of the file
   * @returns the formations that end in it
   * @throws LheoFileRefused where the file as a whole is no file of LHÉO that is taken
   */
  write(text: string): ParsedFormation[] {
    this.#wasHeard = false;
    this.#parser.write(text);
    this.#quiet = this.#wasHeard ? 0 : this.#quiet + text.length;
    if (this.#quiet > MOST.betweenEvents) {
      this.#refuse('E04', 'Le fichier contient un texte ou une balise d’une longueur démesurée.');
    }
    return this.#taken();
  }

  /** The file is at its end. @throws LheoFileRefused where it was cut, or holds no formation */
  end(): ParsedFormation[] {
    this.#parser.close();
    if (this.#count === 0) {
      this.#refuse('E03', 'Le fichier ne contient aucune formation (lheo/offres/formation).');
    }
    return this.#taken();
  }

  #taken(): ParsedFormation[] {
    const done = this.#done;
    this.#done = [];
    return done;
  }

  #refuse(code: 'E01' | 'E02' | 'E03' | 'E04', message: string): never {
    const { line, columnIndex } = this.#parser;
    throw new LheoFileRefused(code, message, { line, column: Math.max(1, columnIndex) });
  }

  #heard(): void {
    this.#wasHeard = true;
  }

  #open(tag: SaxesTagNS): void {
    this.#heard();
    this.#depth += 1;
    if (this.#depth > MOST.depth) this.#refuse('E04', `Le fichier a plus de ${MOST.depth} niveaux.`);
    if (this.#skipFrom) return;
    if (this.#depth === 1) this.#openRoot(tag);
    else if (this.#depth === 2) this.#openOffers(tag);
    else if (this.#depth === 3) this.#openFormation(tag);
    else this.#openWithin(tag);
  }

  #openRoot(tag: SaxesTagNS): void {
    const fault = faultOfRoot(tag);
    if (fault) this.#refuse('E03', fault);
    this.#namespace = tag.uri;
    this.version = tag.uri === LHEO_2_2 ? '2.2' : '2.3';
  }

  #openOffers({ local, uri }: SaxesTagNS): void {
    if (uri === this.#namespace && local === 'offres' && !this.#hasOffers) this.#hasOffers = true;
    else if (uri === this.#namespace && local === 'extras' && this.#hasOffers) this.#skipFrom = this.#depth;
    else this.#refuse('E03', `« lheo » contient « offres », une fois ; « ${local} » n’y a pas sa place.`);
  }

  #openFormation(tag: SaxesTagNS): void {
    if (tag.uri === this.#namespace && tag.local === 'extras' && this.#count > 0) {
      this.#skipFrom = this.#depth;
      return;
    }
    if (tag.uri !== this.#namespace || tag.local !== 'formation') {
      this.#refuse('E03', `« offres » contient des formations ; « ${tag.local} » n’y a pas sa place.`);
    }
    this.#count += 1;
    this.#places = [];
    this.#elements = 0;
    this.#characters = 0;
    this.#hasEmpty = false;
    this.#hasLongText = false;
    this.#push(tag);
  }

  #openWithin(tag: SaxesTagNS): void {
    this.#elements += 1;
    if (this.#isFull()) {
      this.#skipFrom = this.#depth;
      return;
    }
    this.#push(tag);
  }

  #isFull(): boolean {
    return (
      this.#hasLongText ||
      this.#elements > MOST_OF_FORMATION.elements ||
      this.#characters > MOST_OF_FORMATION.characters
    );
  }

  #push(tag: SaxesTagNS): void {
    const parent = this.#stack.at(-1);
    const shape = tag.uri === this.#namespace ? shapes.get(tag.local) : undefined;
    if (parent?.isAny || shape?.isAny) {
      for (const key in tag.attributes) this.#characters += tag.attributes[key]?.value.length ?? 0;
      const { element, scope } = foreignElement(tag, parent?.scope ?? OF_LHEO, this.#namespace, LHEO_2_3);
      this.#add({ element, isAny: true, scope });
      return;
    }
    const name = shape?.name ?? unknownName(tag, this.#namespace);
    const attributes = this.#attributes > 0 ? this.#attributesOf(tag) : undefined;
    const element: LheoElement = shape?.value ? { name, text: '' } : { name, children: [] };
    if (attributes) element.attributes = attributes;
    this.#add({ element, isAny: false, scope: OF_LHEO });
  }

  #attributesOf(tag: SaxesTagNS): Record<string, string> | undefined {
    let attributes: Record<string, string> | undefined;
    for (const key in tag.attributes) {
      const { uri, local, name, value } = tag.attributes[key] as SaxesAttributeNS;
      this.#characters += value.length;
      // Declarations, and where the schema is to be found, are of the file, not of the formation.
      if (uri === XMLNS || (uri === XSI && local.endsWith('chemaLocation'))) continue;
      attributes ??= {};
      attributes[name] = value;
    }
    return attributes;
  }

  #add(frame: Frame): void {
    const parent = this.#stack.at(-1)?.element;
    // A value with an element in it is wrong, and is told so: the element is kept for that.
    if (parent?.children) parent.children.push(frame.element);
    else if (parent) parent.children = [frame.element];
    this.#places.push(this.#line, this.#column);
    this.#stack.push(frame);
  }

  #text(text: string): void {
    this.#heard();
    const frame = this.#stack.at(-1);
    if (!frame || this.#skipFrom) return;
    const { element, isAny } = frame;
    if (isAny) {
      if (!this.#isFull()) this.#textOfExtra(element, text);
      return;
    }
    // White space between elements says nothing.
    if (element.text === undefined && !/[^ \t\r\n]/.test(text)) return;
    this.#characters += text.length;
    const { text: before = '' } = element;
    // Once it is that long it stays so: to cut it again with each part that comes would take a time that adds up.
    if (before.length < LONGEST_TEXT) element.text = (before + text).slice(0, LONGEST_TEXT);
  }

  #textOfExtra({ children = [] }: LheoElement, text: string): void {
    this.#characters += text.length;
    const last = children.at(-1);
    // A comment, or CDATA, may stand between two parts of a text.
    const whole = typeof last === 'string' ? last + text : text;
    if (typeof last === 'string') children[children.length - 1] = whole;
    else children.push(whole);
    if (whole.length > LONGEST_TEXT) this.#hasLongText = true;
  }

  #close(): void {
    this.#heard();
    const depth = this.#depth;
    this.#depth -= 1;
    if (this.#skipFrom) {
      if (depth === this.#skipFrom) this.#skipFrom = 0;
      return;
    }
    const frame = this.#stack.pop();
    if (!frame) return;
    const { text } = frame.element;
    if (text !== undefined && !/\S/.test(text)) this.#hasEmpty = true;
    if (this.#stack.length > 0) return;
    this.#done.push({
      tree: frame.element,
      position: { line: this.#places[0] ?? 1, column: this.#places[1] ?? 1 },
      places: this.#places,
      isTooLarge: this.#isFull(),
      hasEmpty: this.#hasEmpty,
    });
  }
}

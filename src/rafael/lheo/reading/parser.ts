import { type SaxesAttributeNS, SaxesParser, type SaxesTagNS } from 'saxes';
import { LheoFileRefused, type Position } from '../issues.ts';
import { LHEO_2_2, LHEO_2_3, shapes } from '../shape/shape.ts';
import type { LheoElement } from '../tree.ts';
import { foreignElement, type Scope } from './foreign.ts';

/** What no honest file comes near; beyond, the file is refused as a whole. */
const MOST = { depth: 32, attributes: 40, attributeLength: 1024, betweenEvents: 1_000_000 };
/** What one formation may hold; beyond, it is rejected alone. */
const MOST_OF_FORMATION = { elements: 20_000, characters: 2_000_000 };
/** More text than any leaf may have is not kept: its length is wrong already. */
const LONGEST_TEXT = 65_536;

const XMLNS = 'http://www.w3.org/2000/xmlns/';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** A formation as it was read. */
export interface ParsedFormation {
  tree: LheoElement;
  position: Position;
  /** Where each element begins, in the order in which they begin: its line, then its column. */
  places: number[];
  /** Whether it held more than it may: it is then cut. */
  isTooLarge: boolean;
}

const OF_LHEO: Scope = Object.freeze({ '': LHEO_2_3 });

interface Frame {
  element: LheoElement;
  /** Within `extra`, where texts and elements are kept in their order. */
  isAny: boolean;
  scope: Scope;
}

/**
 * The tokenizer of saxes. A class of its own, though it adds nothing: V8 gives the objects of a derived class more room for the
 * handlers that are set one by one; without it, with seven of them, it falls back on a slow table and reads six times slower.
 */
class Tokenizer extends SaxesParser<{ xmlns: true; position: true }> {}

/** Makes trees of the text of a file, formation by formation; it is given the text piece by piece. */
export class LheoParser {
  /** The version of the file, once its root was read. */
  version: '2.2' | '2.3' = '2.3';
  readonly #parser = new Tokenizer({ xmlns: true, position: true });
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
  #lastEventAt = 0;
  #places: number[] = [];
  #line = 1;
  #column = 1;
  #attributes = 0;

  constructor() {
    const parser = this.#parser;
    parser.on('error', ({ message }) =>
      this.#refuse('E02', `Le fichier n’est pas du XML bien formé (${message.replace(/^[\d:]+ /, '')}).`),
    );
    parser.on('doctype', () =>
      this.#refuse('E01', 'Le fichier contient un DOCTYPE, qui n’est jamais accepté : retirez-le.'),
    );
    parser.on('opentagstart', ({ name }) => {
      this.#heard();
      this.#attributes = 0;
      this.#line = parser.line;
      this.#column = Math.max(1, parser.columnIndex - name.length - 1);
    });
    parser.on('attribute', ({ value }) => {
      this.#heard();
      this.#attributes += 1;
      if (this.#attributes > MOST.attributes || value.length > MOST.attributeLength) {
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
    this.#parser.write(text);
    if (this.#parser.position - this.#lastEventAt > MOST.betweenEvents) {
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
    this.#lastEventAt = this.#parser.position;
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

  #openRoot({ local, uri }: SaxesTagNS): void {
    if (uri !== LHEO_2_3 && uri !== LHEO_2_2) {
      const whose = /edof|moncompteformation/i.test(uri)
        ? 'C’est le dialecte d’EDOF (Mon Compte Formation)'
        : uri
          ? `Son espace de noms est « ${uri.slice(0, 200)} »`
          : 'Il n’a pas d’espace de noms';
      this.#refuse('E03', `Ce n’est pas un fichier LHÉO 2.3 ou 2.2. ${whose} ; « ${LHEO_2_3} » est attendu.`);
    }
    if (local !== 'lheo') {
      this.#refuse(
        'E03',
        shapes.has(local)
          ? `Un fichier « ${local} » n’est pas accepté : sa racine doit être « lheo ».`
          : 'La racine du fichier doit être « lheo ».',
      );
    }
    this.#namespace = uri;
    this.version = uri === LHEO_2_2 ? '2.2' : '2.3';
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
    return this.#elements > MOST_OF_FORMATION.elements || this.#characters > MOST_OF_FORMATION.characters;
  }

  #push(tag: SaxesTagNS): void {
    const parent = this.#stack.at(-1);
    if (parent?.isAny) {
      const { element, scope } = foreignElement(tag, parent.scope, this.#namespace, LHEO_2_3);
      this.#add({ element, isAny: true, scope });
      return;
    }
    const isLheo = tag.uri === this.#namespace;
    const name = isLheo ? tag.local : tag.name;
    const shape = isLheo ? shapes.get(name) : undefined;
    const attributes = this.#attributesOf(tag);
    const element: LheoElement = shape?.value ? { name, text: '' } : { name, children: [] };
    if (attributes) element.attributes = attributes;
    this.#add({ element, isAny: shape?.isAny === true, scope: OF_LHEO });
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
    if (parent) {
      parent.children ??= [];
      parent.children.push(frame.element);
    }
    this.#places.push(this.#line, this.#column);
    this.#stack.push(frame);
  }

  #text(text: string): void {
    this.#heard();
    const frame = this.#stack.at(-1);
    if (!frame || this.#skipFrom) return;
    const { element, isAny } = frame;
    if (isAny) {
      this.#characters += text.length;
      const last = element.children?.at(-1);
      if (typeof last === 'string') element.children?.splice(-1, 1, last + text);
      else element.children?.push(text);
      return;
    }
    // White space between elements says nothing.
    if (element.text === undefined && !/[^ \t\r\n]/.test(text)) return;
    this.#characters += text.length;
    element.text = ((element.text ?? '') + text).slice(0, LONGEST_TEXT);
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
    if (!frame || this.#stack.length > 0) return;
    this.#done.push({
      tree: frame.element,
      position: { line: this.#places[0] ?? 1, column: this.#places[1] ?? 1 },
      places: this.#places,
      isTooLarge: this.#isFull(),
    });
  }
}

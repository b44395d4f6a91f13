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
  /** Whether it held more than it may: it is then cut. */
  isTooLarge: boolean;
}

interface Frame {
  element: LheoElement;
  /** Within `extra`, where texts and elements are kept in their order. */
  isAny: boolean;
  scope: Scope;
}

/** Makes trees of the text of a file, formation by formation; it is given the text piece by piece. */
export class LheoParser {
  /** The version of the file, once its root was read. */
  version: '2.2' | '2.3' = '2.3';
  /** Where elements stand, as long as somebody holds them. */
  readonly positions = new WeakMap<LheoElement, Position>();
  readonly #parser = new SaxesParser({ xmlns: true, position: true });
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
  #tagAt: Position = { line: 1, column: 1 };
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
      this.#tagAt = { line: parser.line, column: Math.max(1, parser.columnIndex - name.length - 1) };
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
    const attributes: Record<string, string> = {};
    for (const one of Object.values(tag.attributes) as SaxesAttributeNS[]) {
      this.#characters += one.value.length;
      // Declarations, and where the schema is to be found, are of the file, not of the formation.
      if (one.uri === XMLNS || (one.uri === XSI && one.local.endsWith('chemaLocation'))) continue;
      attributes[one.name] = one.value;
    }
    const shape = isLheo ? shapes.get(name) : undefined;
    const element: LheoElement = {
      name,
      ...(Object.keys(attributes).length > 0 ? { attributes } : {}),
      ...(shape?.value ? { text: '' } : { children: [] }),
    };
    this.#add({ element, isAny: shape?.isAny === true, scope: { '': LHEO_2_3 } });
  }

  #add(frame: Frame): void {
    const parent = this.#stack.at(-1)?.element;
    // A value with an element in it is wrong, and is told so: the element is kept for that.
    if (parent) {
      parent.children ??= [];
      parent.children.push(frame.element);
    }
    this.positions.set(frame.element, this.#tagAt);
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
      position: this.positions.get(frame.element) ?? { line: 1, column: 1 },
      isTooLarge: this.#isFull(),
    });
  }
}

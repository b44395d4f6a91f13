type Numbers = Int32Array | Float64Array;

/** Numbers one after the other, which grow: a hundred thousand rows take no object each. */
export class Column<N extends Numbers = Int32Array> {
  values: N;
  #length = 0;
  readonly #make: new (
    length: number,
  ) => N;

  constructor(make: new (length: number) => N) {
    this.#make = make;
    this.values = new make(1024);
  }

  get length(): number {
    return this.#length;
  }

  /** Where the number stands from now on. */
  push(value: number): number {
    if (this.#length === this.values.length) {
      const larger = new this.#make(this.#length * 2);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.#length] = value;
    this.#length += 1;
    return this.#length - 1;
  }
}

/** Some numbers for each of the rows of a table, which are added in the order of the rows. */
export class Lists {
  readonly #ends = new Column(Int32Array);
  readonly #values = new Column(Int32Array);

  /** Those of the next row. */
  add(values: Iterable<number>): void {
    for (const value of values) this.#values.push(value);
    this.#ends.push(this.#values.length);
  }

  /** Where those of a row begin in {@link values}; they end where those of the next one begin. */
  start(row: number): number {
    return row === 0 ? 0 : (this.#ends.values[row - 1] as number);
  }

  get values(): Int32Array {
    return this.#values.values;
  }
}

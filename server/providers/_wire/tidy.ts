import { isRecord, type JsonRecord } from "./json.ts";

/** Makes a document readable for a strict schema: undefined leaves it as it is, null leaves it out. */
export type Tidy = (document: JsonRecord) => JsonRecord | null | undefined;

type Kind = "string" | "number" | "boolean";

/** Nothing, or a value of this kind. */
export const fits = (value: unknown, kind: Kind): boolean =>
  value === undefined || value === null || typeof value === kind;

/** What a schema takes for a number, by the names that vendors give to counts. */
const countName = /tokens?$|count$/i;

/** Nothing, or an object whose counts are numbers, also those in its details. */
export const fitsUsage = (usage: unknown): boolean =>
  usage === undefined ||
  usage === null ||
  (isRecord(usage) &&
    Object.entries(usage).every(([key, value]) =>
      /details$/i.test(key) ? fitsUsage(value) : !countName.test(key) || fits(value, "number"),
    ));

/** Gathers what has to be another than it is; nothing is copied where nothing has. */
export class Changes {
  readonly #of: JsonRecord;
  #changed: Record<string, unknown> | undefined;

  constructor(of: JsonRecord) {
    this.#of = of;
  }

  set(key: string, value: unknown): void {
    if (this.#of[key] === value) return;
    this.#changed ??= { ...this.#of };
    if (value === undefined) delete this.#changed[key];
    else this.#changed[key] = value;
  }

  /** Leaves a field out unless it is nothing or of this kind. */
  keep(key: string, kind: Kind): void {
    if (!fits(this.#of[key], kind)) this.set(key, undefined);
  }

  /** Every element changed by the function, undefined ones left out; what is no list is left out as a whole. */
  each(key: string, change: (element: unknown, index: number) => unknown): void {
    const list = this.#of[key];
    if (list === undefined || list === null) return;
    if (!Array.isArray(list)) return this.set(key, undefined);
    const changed = list.map(change).filter((element) => element !== undefined);
    if (changed.length !== list.length || changed.some((element, index) => element !== list[index]))
      this.set(key, changed);
  }

  /** The same object where nothing changed. */
  result(): JsonRecord {
    return this.#changed ?? this.#of;
  }
}

/** Changes as a `Tidy` gives them back. */
export const changedOnly = (document: JsonRecord, result: JsonRecord): JsonRecord | undefined =>
  result === document ? undefined : result;

import { callerKinds, fuzzTargets, type CallerKind, type FuzzTarget } from "./fuzz-targets.ts";

interface Cell {
  asked: number;
  passed: number;
}

/**
 * After so many requests to a route by one kind of caller, one of those who may use it got past its door. Most of them are
 * wrong in some way, and of three people only one may be the right one: fewer say nothing.
 */
const enough = 40;

// The text rule answers before anybody's credential is looked at.
const textRule = /characters|UTF-8/;

const isPast = (status: number, text: string): boolean =>
  status !== 401 && status !== 403 && status !== 405 && !(status === 400 && textRule.test(text));

/** Which routes were asked, by whom, and who got past their doors. */
export class RouteCoverage {
  readonly #cells = new Map<string, Cell>();

  count({ name }: FuzzTarget, kind: CallerKind, { status, text }: { readonly status: number; readonly text: string }) {
    const key = `${name} as ${kind}`;
    const cell = this.#cells.get(key) ?? { asked: 0, passed: 0 };
    cell.asked += 1;
    if (isPast(status, text)) cell.passed += 1;
    this.#cells.set(key, cell);
  }

  #cell(target: FuzzTarget, kind: CallerKind): Cell {
    return this.#cells.get(`${target.name} as ${kind}`) ?? { asked: 0, passed: 0 };
  }

  /** Where nobody got who should have, although enough of them asked. */
  unreached(): readonly string[] {
    return fuzzTargets.flatMap((target) =>
      target.admits
        .filter((kind) => this.#cell(target, kind).asked >= enough && this.#cell(target, kind).passed === 0)
        .map((kind) => `${target.name} as ${kind}`),
    );
  }

  /** Pairs of a route and a kind of caller, and how many were asked and got past, by kind. */
  summary(): object {
    const pairs = callerKinds.map((kind) => [
      kind,
      {
        asked: fuzzTargets.filter((target) => this.#cell(target, kind).asked > 0).length,
        gotPast: fuzzTargets.filter((target) => this.#cell(target, kind).passed > 0).length,
      },
    ]);
    return { routes: fuzzTargets.length, ...Object.fromEntries(pairs) };
  }
}

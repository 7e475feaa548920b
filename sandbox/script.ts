import type { FaultCall } from "./plan.ts";
import { isFaultName } from "./faults.ts";
import { isObject, listOf, finiteNumberOf, stringOf } from "./read-json.ts";
import { seededRandom } from "./seeded-random.ts";
import type { SandboxVendorId } from "./vendor.ts";

/** When which faults apply. Every condition that is present must hold. */
export interface FaultRule {
  readonly vendor?: SandboxVendorId;
  /** Part of the path below the mount, for example `/chat/completions`. */
  readonly path?: string;
  readonly model?: string;
  readonly operationId?: string;
  /** Text anywhere in the body. */
  readonly contains?: string;
  /** From the n-th request that meets the conditions above, counted from 1. */
  readonly nth?: number;
  /** For so many requests; without it for ever, or once where `nth` is given. */
  readonly times?: number;
  /** Share of these requests, drawn from `seed`. */
  readonly probability?: number;
  readonly seed?: number;
  readonly faults: readonly FaultCall[];
}

/** What a rule is matched against. */
export interface Matchable {
  readonly vendor: SandboxVendorId;
  readonly path: string;
  readonly model: string;
  readonly operationId: string | null;
  readonly bodyText: string;
}

export interface Script {
  readonly add: (rules: readonly FaultRule[]) => void;
  readonly clear: () => void;
  /** Faults of every rule that applies now; counts the request. */
  readonly match: (request: Matchable) => readonly FaultCall[];
}

function meets(rule: FaultRule, request: Matchable): boolean {
  if (rule.vendor !== undefined && rule.vendor !== request.vendor) return false;
  if (rule.path !== undefined && !request.path.includes(rule.path)) return false;
  if (rule.model !== undefined && rule.model !== request.model) return false;
  if (rule.operationId !== undefined && rule.operationId !== request.operationId) return false;
  return rule.contains === undefined || request.bodyText.includes(rule.contains);
}

function applies(rule: FaultRule, seen: number): boolean {
  const first = rule.nth ?? 1;
  const times = rule.times ?? (rule.nth === undefined ? Number.POSITIVE_INFINITY : 1);
  if (seen < first || seen >= first + times) return false;
  return rule.probability === undefined || seededRandom(rule.seed ?? 1, seen) < rule.probability;
}

export function createScript(): Script {
  let entries: { rule: FaultRule; seen: number }[] = [];
  return {
    add(rules) {
      entries.push(...rules.map((rule) => ({ rule, seen: 0 })));
    },
    clear() {
      entries = [];
    },
    match(request) {
      const found: FaultCall[] = [];
      for (const entry of entries) {
        if (!meets(entry.rule, request)) continue;
        entry.seen++;
        if (applies(entry.rule, entry.seen)) found.push(...entry.rule.faults);
      }
      return found;
    },
  };
}

/** Faults in one line: `latency;delayMs=50,cut-at-byte;at=10`. Unknown names are left out. */
export function readFaultLine(line: string): readonly FaultCall[] {
  return line.split(",").flatMap((item) => {
    const [name = "", ...settings] = item.trim().split(";");
    if (!isFaultName(name)) return [];
    const pairs = settings
      .map((one) => one.split("="))
      .map(([key = "", ...value]) => [key.trim(), value.join("=").trim()]);
    return [{ ...Object.fromEntries(pairs), name }];
  });
}

/** Faults a request carries itself: in `x-sandbox-fault`, in `[[sandbox:…]]` inside a text, or behind `~` in its model id. */
export function carriedFaults(header: unknown, bodyText: string, modelSuffix: string): readonly FaultCall[] {
  const marked = bodyText.includes("[[sandbox:") ? [...bodyText.matchAll(/\[\[sandbox:([^\]"\\]{1,500})\]\]/g)] : [];
  return [stringOf(header), modelSuffix, ...marked.map((match) => match[1] ?? "")].flatMap(readFaultLine);
}

/** Rules out of a control call, or what is wrong with them. */
export function readRules(body: unknown): readonly FaultRule[] | string {
  const rules: FaultRule[] = [];
  for (const item of Array.isArray(body) ? body : [body]) {
    if (!isObject(item)) return "a rule is an object";
    const calls = listOf(item["faults"]);
    const wrong = calls.find((call) => !isObject(call) || !isFaultName(stringOf(call["name"])));
    if (calls.length === 0 || wrong !== undefined) {
      return `faults must be a list of objects with a known name, got ${JSON.stringify(wrong ?? item["faults"])}`;
    }
    for (const name of ["nth", "times", "probability", "seed"]) {
      if (item[name] !== undefined && finiteNumberOf(item[name]) === undefined) return `${name} must be a number`;
    }
    rules.push(asRule(item));
  }
  return rules;
}

/** The caller has checked the faults and the numbers; a wrong condition matches nothing. */
const asRule = (item: object): FaultRule => item as FaultRule;

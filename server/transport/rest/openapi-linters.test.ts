import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectralCore, {
  type RulesetDefinition,
  type RulesetFunction,
  type RulesetFunctionContext,
} from "@stoplight/spectral-core";
import spectralRulesets from "@stoplight/spectral-rulesets";
import { describe, expect, it } from "vitest";

const generated = join(import.meta.dirname, "..", "..", "..", "docs", "generated");
const read = (name: string): Promise<string> => readFile(join(generated, `${name}.json`), "utf8");

// Of two routes the one with the literal segment answers, which the tests of the routers show.
const rules = { "no-ambiguous-paths": "off" } as const;

/** The rules that the package is made of; the types of the two packages have grown apart. */
const asRuleset = (rules: unknown): RulesetDefinition => rules as RulesetDefinition;

const { Spectral } = spectralCore;
const spectral = new Spectral();
spectral.setRuleset({ extends: [asRuleset(spectralRulesets.oas)] });

/** Where in a document an example stands, which is all that its rules look at of the path: requests have no fields that are only read. */
const sideOf = ([first, second, , fourth]: RulesetFunctionContext["path"]): string =>
  String(first === "paths" ? fourth : second);

/** The check made once of what it finds nothing wrong with: it meets what a `$ref` names on each path there, and compiles a validator every time. */
const madeOnce = (check: RulesetFunction): RulesetFunction => {
  const clean = new WeakMap<object, Set<string>>();
  return (target, options, context) => {
    const side = sideOf(context.path);
    const sides = clean.get(Object(target)) ?? new Set();
    if (sides.has(side)) return [];
    const found = check(target, options, context);
    if (Array.isArray(found) && found.length > 0) return found;
    clean.set(Object(target), sides.add(side));
    return found;
  };
};

for (const name of ["oas3-valid-media-example", "oas3-valid-schema-example"]) {
  const rule = spectral.ruleset?.rules[name];
  if (!rule) throw new Error(`Spectral has no rule ${name}`);
  for (const check of rule.then) check.function = madeOnce(check.function);
}

describe.each(["openapi", "auth-openapi"])("%s.json", (name) => {
  it("is clean by Redocly's recommended rules", async () => {
    const config = await createConfig({ extends: ["recommended"], rules, telemetry: "off" });
    const problems = await lintFromString({ source: await read(name), absoluteRef: `${name}.json`, config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  it("is clean by Spectral's rules of OpenAPI", async () => {
    const problems = await spectral.run(await read(name));
    expect(problems.map(({ code, message, path }) => `${code}: ${message} (${path.join("/")})`)).toEqual([]);
  });

  it("has a name for every object, and none that contains itself without one", async () => {
    const text = await read(name);
    expect(text).not.toContain("__schema");
    expect(text).not.toMatch(/\\\\p\{/);
  });
});

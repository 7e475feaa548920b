import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import spectralCore, { type RulesetDefinition } from "@stoplight/spectral-core";
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

describe.each(["openapi", "auth-openapi"])("%s.json", (name) => {
  it("is clean by Redocly's recommended rules", async () => {
    const config = await createConfig({ extends: ["recommended"], rules, telemetry: "off" });
    const problems = await lintFromString({ source: await read(name), absoluteRef: `${name}.json`, config });
    expect(problems.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  // It compiles a validator for every example: seconds of a processor that other suites use as well.
  it("is clean by Spectral's rules of OpenAPI", { timeout: 180_000 }, async () => {
    const problems = await spectral.run(await read(name));
    expect(problems.map(({ code, message, path }) => `${code}: ${message} (${path.join("/")})`)).toEqual([]);
  });

  it("has a name for every object, and none that contains itself without one", async () => {
    const text = await read(name);
    expect(text).not.toContain("__schema");
    expect(text).not.toMatch(/\\\\p\{/);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { namesOfGenerators } from "./names-of-generators.ts";

const Document = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.object({ operationId: z.string() }))),
  components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
});

const read = (name: string) => {
  const file = join(import.meta.dirname, "..", "..", "..", "docs", "generated", `${name}.json`);
  return Document.parse(JSON.parse(readFileSync(file, "utf8")));
};

describe("names that generated clients have already", () => {
  it.each(["openapi", "auth-openapi"])("no schema of %s has one of them", (name) => {
    const { paths, components } = read(name);
    const ids = Object.values(paths).flatMap((item) => Object.values(item).map(({ operationId }) => operationId));
    const taken = namesOfGenerators(ids);
    expect(Object.keys(components.schemas).filter((schema) => taken.has(schema))).toEqual([]);
  });

  it("are those of the generators' own classes, and those made of operations", () => {
    const taken = namesOfGenerators(["generateText"]);
    for (const name of ["Response", "Client", "File", "ClientOptions", "GenerateTextResponse", "GenerateTextErrors"])
      expect(taken, name).toContain(name);
    expect(taken).not.toContain("GenerateTextOutput");
  });
});

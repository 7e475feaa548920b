import { join } from "node:path";
import { rolldown, type Plugin } from "rolldown";
import type { z } from "zod";
import { listProcedures } from "../../server/transport/trpc/procedure-list.ts";
import { loadSchemaPlaces } from "./named-schemas.ts";

const entry = "virtual:server-schemas";

/** Imports each procedure's schema from where it is exported, and nothing of what the server does with it. */
const source = async (root: string): Promise<string> => {
  const places = await loadSchemaPlaces(root);
  const placeOf = (name: string, schema: z.ZodType): string => {
    const place = places.get(schema.def);
    if (!place) throw new Error(`The input of ${name} is exported nowhere.`);
    return `{ ${place.name} as NAME } from ${JSON.stringify(join(root, place.file))}`;
  };
  const procedures = listProcedures();
  return [
    `import { errorTable } from ${JSON.stringify(join(root, "server/errors.ts"))};`,
    `import { parseInput } from ${JSON.stringify(join(root, "server/platform/parse-input.ts"))};`,
    ...procedures.map(({ name, input }, at) => `import ${placeOf(name, input).replace("NAME", `input${at}`)};`),
    "export const testedErrors = errorTable;",
    "export const testedProcedures = new Map([",
    ...procedures.map(
      ({ name, type, permissions, metered, streaming }, at) =>
        `[${JSON.stringify(name)}, { ...${JSON.stringify({ type, permissions, metered, streaming })}, parse: (given) => parseInput(input${at}, given) }],`,
    ),
    "]);",
  ].join("\n");
};

const given = (code: string): Plugin => ({
  name: "server-schemas",
  resolveId: (id) => (id === entry ? id : undefined),
  load: (id) => (id === entry ? code : undefined),
});

/** The schemas of every input in one module that needs zod alone: what `testing/server-schemas.ts` is in the published package. */
export const serverSchemasModule = async (root: string): Promise<string> => {
  const bundle = await rolldown({
    cwd: root,
    input: entry,
    platform: "node",
    external: (id) => !id.startsWith(".") && !id.startsWith("/") && id !== entry,
    plugins: [given(await source(root))],
    // Schemas are made of calls: without this everything that is called anywhere would be kept.
    treeshake: {
      moduleSideEffects: false,
      propertyReadSideEffects: false,
      unknownGlobalSideEffects: false,
      manualPureFunctions: ["z", "defineOperation", "defineAiOperation", "text", "row", "orDryRun", "orApproval"],
    },
    onLog: (level, log) => {
      if (level === "warn") throw new Error(log.message);
    },
  });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  const [{ code }] = output;
  const foreign = [...code.matchAll(/^import .* from "([^"]+)"/gm)].map(([, name]) => name ?? "");
  const surplus = foreign.filter((name) => name !== "zod" && !name.startsWith("node:"));
  if (surplus.length > 0) throw new Error(`The schemas would need ${surplus.join(", ")}.`);
  return code;
};

import { Liquid } from "liquidjs";
import { z } from "zod";
import type { TemplateVariables } from "../../contracts/email/template.ts";
import { NexusError, type FieldIssue } from "../../errors.ts";
import { nearestName } from "../../platform/nearest-name.ts";

/** The parts of a template. */
export interface TemplateSource {
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
}
const parts = ["subject", "text", "html"] as const;
type Part = (typeof parts)[number];

/** Of one part: a template is written by people, and filled while others wait. */
const limits = { parseLimit: 300_000, memoryLimit: 4_000_000, renderLimit: 100 };
/** Tags that read other templates. */
const foreignTags = ["include", "render", "layout", "block"];

const engineOf = (more: { readonly outputEscape?: "escape" }): Liquid => {
  const engine = new Liquid({
    ...limits,
    ...more,
    // A missing word is an error, except where the template asks for it.
    strictVariables: true,
    lenientIf: true,
    strictFilters: true,
    ownPropertyOnly: true,
    templates: {},
    timezoneOffset: 0,
    locale: "en",
  });
  for (const tag of foreignTags) delete engine.tags[tag];
  return engine;
};

const plain = engineOf({});
const escaping = engineOf({ outputEscape: "escape" });
const engineFor = (part: Part): Liquid => (part === "html" ? escaping : plain);

const refused = (issues: readonly FieldIssue[]): NexusError => new NexusError("INVALID_INPUT", { issues });

/** The engine's own words name the place; its second part shows the lines, which may hold what the caller sent. */
const firstLine = (error: unknown): string =>
  (error instanceof Error ? (error.message.split("\n")[0] ?? "") : "").slice(0, 150);

/** The names that a template uses, sorted; INVALID_INPUT where it is not Liquid. */
export const templateVariables = (source: TemplateSource): readonly string[] => {
  const names = new Set<string>();
  for (const part of parts) {
    const text = source[part];
    if (text === null) continue;
    try {
      for (const name of engineFor(part).globalVariablesSync(text)) names.add(name);
    } catch (error) {
      throw refused([{ field: part, expected: `a Liquid template: ${firstLine(error)}` }]);
    }
  }
  return [...names].sort();
};

const Undefined = z.object({ originalError: z.object({ variableName: z.string() }) });

const renderProblem = (part: Part, field: string, error: unknown): NexusError => {
  const { data } = Undefined.safeParse(error);
  return data === undefined
    ? refused([{ field, expected: `values that the template's ${part} can be filled with: ${firstLine(error)}` }])
    : refused([
        {
          field: `${field}.${data.originalError.variableName}`,
          expected: `a value, which the template's ${part} uses`,
        },
      ]);
};

const strangers = (field: string, variables: TemplateVariables, known: readonly string[]): readonly FieldIssue[] =>
  Object.keys(variables)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const nearest = nearestName(name, known);
      const expected = nearest === undefined ? "" : `; did you mean "${nearest}"?`;
      return { field: `${field}.${name}`, expected: `no such variable in the template${expected}` };
    });

/** What the template says with these variables. `field` is where they stand in the input. */
export const fillTemplate = (
  source: TemplateSource,
  variables: TemplateVariables,
  known: readonly string[],
  field: string,
): TemplateSource => {
  const unknown = strangers(field, variables, known);
  if (unknown.length > 0) throw refused(unknown.slice(0, 20));
  const fill = (part: Part): string | null => {
    const text = source[part];
    if (text === null) return null;
    const engine = engineFor(part);
    try {
      return z.string().parse(engine.renderSync(engine.parse(text), variables));
    } catch (error) {
      throw renderProblem(part, field, error);
    }
  };
  return { subject: fill("subject") ?? "", text: fill("text"), html: fill("html") };
};

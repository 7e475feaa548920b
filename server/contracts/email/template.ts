import { z } from "zod";
import { HeaderText } from "./mailbox.ts";

/** In UTF-16 units, of a subject, a text and an HTML text each. */
const maxSourceLength = 256 * 1024;
const maxVariableLength = 256 * 1024;
/** Names of one organization. */
export const maxTemplates = 1_000;
/** Of one template; older ones are dropped. */
export const maxTemplateVersions = 100;

export const TemplateName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, { error: "1 to 64 of a to z, 0 to 9, _ and -, for example order-shipped" });

const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/, { error: "a letter or _, then letters, digits and _" });

/** What a template is filled with: JSON, by the names that it uses. */
export const TemplateVariables = z
  .record(variableName, z.json())
  .refine((variables) => JSON.stringify(variables).length <= maxVariableLength, {
    error: `at most ${maxVariableLength} characters as JSON`,
  });
export type TemplateVariables = z.output<typeof TemplateVariables>;

/** A stored template in place of words of one's own. */
export const TemplateUse = z.strictObject({
  name: TemplateName,
  version: z.int().min(1).optional().describe("The newest where it is left out"),
  variables: TemplateVariables.default({}).describe("Each one that the template uses, and no other"),
});
export type TemplateUse = z.output<typeof TemplateUse>;

const source = z.string().min(1).max(maxSourceLength);

const written = {
  subject: HeaderText.min(1).max(900).describe("Liquid, for example `Order {{ number }} is on its way`"),
  text: source.optional().describe("Liquid"),
  html: source.optional().describe("Liquid; what variables say is escaped, unless they pass the filter `raw`"),
} as const;

const hasWords = ({
  text,
  html,
}: {
  readonly text?: string | undefined;
  readonly html?: string | undefined;
}): boolean => text !== undefined || html !== undefined;
const noWords = { path: ["text"], error: "text, html or both" };

export const SetTemplateInput = z.strictObject({ name: TemplateName, ...written }).refine(hasWords, noWords);
export type SetTemplateInput = z.output<typeof SetTemplateInput>;

export const StoredTemplate = z.object({
  name: z.string(),
  version: z.int().describe("One more with each change"),
  subject: z.string(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  variables: z.array(z.string()).describe("The names that it uses"),
  createdBy: z.string(),
  createdAt: z.string(),
});
export type StoredTemplate = z.infer<typeof StoredTemplate>;

export const GetTemplateInput = z.strictObject({
  name: TemplateName,
  version: z.int().min(1).optional().describe("The newest where it is left out"),
});
export type GetTemplateInput = z.output<typeof GetTemplateInput>;

export const ListTemplatesInput = z.strictObject({});

export const ListTemplatesOutput = z.object({
  templates: z.array(StoredTemplate.omit({ text: true, html: true })).describe("The newest of each, by name"),
});
export type ListTemplatesOutput = z.infer<typeof ListTemplatesOutput>;

export const RemoveTemplateInput = z.strictObject({ name: TemplateName });
export type RemoveTemplateInput = z.output<typeof RemoveTemplateInput>;

export const RemoveTemplateOutput = z.object({ name: z.string(), removed: z.literal(true) });
export type RemoveTemplateOutput = z.infer<typeof RemoveTemplateOutput>;

export const PreviewTemplateInput = z
  .strictObject({ ...written, variables: TemplateVariables.default({}) })
  .refine(hasWords, noWords);
export type PreviewTemplateInput = z.output<typeof PreviewTemplateInput>;

export const PreviewTemplateOutput = z.object({
  subject: z.string(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  variables: z.array(z.string()).describe("The names that it uses"),
});
export type PreviewTemplateOutput = z.infer<typeof PreviewTemplateOutput>;

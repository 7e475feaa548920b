import type { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import {
  GetTemplateInput,
  maxTemplates,
  maxTemplateVersions,
  PreviewTemplateInput,
  RemoveTemplateInput,
  SetTemplateInput,
  type StoredTemplate,
  type ListTemplatesOutput,
  type PreviewTemplateOutput,
  type RemoveTemplateOutput,
} from "../../contracts/email/template.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { requireTemplate } from "./require-template.ts";
import {
  insertTemplateVersion,
  lockTemplates,
  selectTemplate,
  selectTemplates,
  type TemplateRow,
} from "./store-templates.ts";
import { fillTemplate, templateVariables } from "./template-engine.ts";

const headOf = ({ createdAt, variables, ...row }: Omit<TemplateRow, "text" | "html">) => ({
  ...row,
  variables: [...variables],
  createdAt: createdAt.toISOString(),
});
const viewOf = (row: TemplateRow): StoredTemplate => ({ ...headOf(row), text: row.text, html: row.html });

const sourceOf = ({ subject, text, html }: Pick<SetTemplateInput, "subject" | "text" | "html">) => ({
  subject,
  text: text ?? null,
  html: html ?? null,
});

/** Stores a template, or its next version where there is one of that name. */
export const setEmailTemplate = (
  deps: Deps,
  ctx: CallContext,
  input: z.input<typeof SetTemplateInput>,
): Promise<StoredTemplate> => {
  const { name, ...words } = parseInput(SetTemplateInput, input);
  const source = sourceOf(words);
  const variables = templateVariables(source);
  const { organizationId } = ctx;
  return auditedChange(deps, ctx, async (tx, audit) => {
    await lockTemplates(tx, organizationId);
    const before = await selectTemplate(tx, organizationId, name, undefined);
    if (before === undefined && (await selectTemplates(tx, organizationId)).length >= maxTemplates)
      throw new NexusError("CONFLICT", { message: `An organization has at most ${maxTemplates} templates.` });
    const createdBy = ctx.appId ?? actorIdOf(ctx.actor);
    const version = await insertTemplateVersion(tx, {
      organizationId,
      name,
      source,
      variables,
      createdBy,
      keep: maxTemplateVersions,
    });
    await audit({ action: "email.template.set", target: name, details: { version } });
    const row = await selectTemplate(tx, organizationId, name, version);
    if (row === undefined) throw new Error("a template is not there after it was stored");
    return viewOf(row);
  });
};

/** Removes a template with all its versions. Mail that waits has its words already. */
export const removeEmailTemplate = (
  deps: Deps,
  ctx: CallContext,
  input: z.input<typeof RemoveTemplateInput>,
): Promise<RemoveTemplateOutput> => {
  const { name } = parseInput(RemoveTemplateInput, input);
  const { organizationId } = ctx;
  return auditedChange(deps, ctx, async (tx, audit) => {
    await lockTemplates(tx, organizationId);
    await requireTemplate(tx, organizationId, { name }, "name");
    const version = await insertTemplateVersion(tx, {
      organizationId,
      name,
      source: null,
      variables: [],
      createdBy: ctx.appId ?? actorIdOf(ctx.actor),
      keep: 1,
    });
    await audit({ action: "email.template.remove", target: name, details: { version } });
    return { name, removed: true };
  });
};

export const getEmailTemplate = async (
  { db }: Deps,
  { organizationId }: CallContext,
  input: z.input<typeof GetTemplateInput>,
): Promise<StoredTemplate> =>
  viewOf(await requireTemplate(db.pool, organizationId, parseInput(GetTemplateInput, input), "name"));

export const listEmailTemplates = async (
  { db }: Deps,
  { organizationId }: CallContext,
): Promise<ListTemplatesOutput> => ({
  templates: (await selectTemplates(db.pool, organizationId)).map(headOf),
});

/** What a template would say; nothing is stored. */
export const previewEmailTemplate = (input: z.input<typeof PreviewTemplateInput>): PreviewTemplateOutput => {
  const { variables: given, ...words } = parseInput(PreviewTemplateInput, input);
  const source = sourceOf(words);
  const variables = templateVariables(source);
  return { ...fillTemplate(source, given, variables, "variables"), variables: [...variables] };
};

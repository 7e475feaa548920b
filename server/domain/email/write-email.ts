import type { CallContext } from "../../contracts/call-context.ts";
import { ComposedEmail, type SendEmailInput } from "../../contracts/email/send-email.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { requireTemplate } from "./require-template.ts";
import { fillTemplate } from "./template-engine.ts";

/** The mail with its words: its own, or those of its template. */
export const writeEmail = async (
  { db }: Pick<Deps, "db">,
  { organizationId }: Pick<CallContext, "organizationId">,
  { template, ...mail }: SendEmailInput,
): Promise<ComposedEmail> => {
  if (template === undefined) return { ...mail, subject: mail.subject ?? "" };
  const row = await requireTemplate(db.pool, organizationId, template, "template.name");
  const { subject, text, html } = fillTemplate(row, template.variables, row.variables, "template.variables");
  const composed = ComposedEmail.safeParse({ ...mail, subject, text: text ?? undefined, html: html ?? undefined });
  if (composed.success) return composed.data;
  const issues = composed.error.issues.map(({ path, message }) => ({
    field: "template.variables",
    expected: `values with which the template's ${path.join(".")} is ${message}`.slice(0, 200),
  }));
  throw new NexusError("INVALID_INPUT", { issues });
};

import type { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { SetEmailSettingsInput, type EmailSettings } from "../../contracts/email/email-settings.ts";
import { defaultContentDays, defaultMailCaps } from "../../contracts/email/mail-cap.ts";
import type { Deps } from "../../platform/deps.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import {
  lockEmailSettings,
  selectEmailSettings,
  updateEmailSettings,
  type EmailSettingsRow,
} from "./store-settings.ts";

const viewOf = ({ caps, contentDays }: EmailSettingsRow): EmailSettings => ({
  caps: [...(caps ?? defaultMailCaps)],
  contentDays: contentDays ?? defaultContentDays,
  defaults: { caps: caps === null, contentDays: contentDays === null },
});

/** How often one address is sent to, and how long what mails said is kept. */
export const getEmailSettings = async ({ db }: Deps, { organizationId }: CallContext): Promise<EmailSettings> =>
  viewOf(await selectEmailSettings(db.pool, organizationId));

const told = ({ caps, contentDays }: EmailSettingsRow) => ({
  caps: caps?.map(({ category, most, seconds }) => `${category}: ${most} in ${seconds} s`) ?? null,
  contentDays,
});

/** Changes what holds for the organization's mail, from the next mail on. */
export const setEmailSettings = (
  deps: Deps,
  ctx: CallContext,
  input: z.input<typeof SetEmailSettingsInput>,
): Promise<EmailSettings> => {
  const { caps, contentDays } = parseInput(SetEmailSettingsInput, input);
  const { organizationId } = ctx;
  return auditedChange(deps, ctx, async (tx, audit) => {
    const before = await lockEmailSettings(tx, organizationId);
    const after = {
      caps: caps === undefined ? before.caps : caps,
      contentDays: contentDays === undefined ? before.contentDays : contentDays,
    };
    await updateEmailSettings(tx, organizationId, after);
    await audit({
      action: "email.settings.set",
      target: organizationId,
      details: { before: told(before), after: told(after) },
    });
    return viewOf(after);
  });
};

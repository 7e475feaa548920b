import { z } from "zod";
import { MailCap } from "./mail-cap.ts";

const caps = z
  .array(MailCap)
  .max(16)
  .refine((all) => new Set(all.map(({ category, seconds }) => `${category} ${seconds}`)).size === all.length, {
    error: "each category and time once",
  })
  .describe("All of them hold; an empty list sets none");
const contentDays = z
  .int()
  .min(0)
  .max(90)
  .describe("For how many days what a mail said is kept, sealed; 0 keeps nothing");

/** What holds for the mail of an organization. */
export const EmailSettings = z.object({
  caps,
  contentDays,
  defaults: z.object({ caps: z.boolean(), contentDays: z.boolean() }).describe("Which of them nobody has set"),
});
export type EmailSettings = z.infer<typeof EmailSettings>;

export const GetEmailSettingsInput = z.strictObject({});
export type GetEmailSettingsInput = z.output<typeof GetEmailSettingsInput>;

export const SetEmailSettingsInput = z.strictObject({
  caps: caps.nullable().optional().describe("Null: the product's own again; left out: as they are"),
  contentDays: contentDays.nullable().optional().describe("Null: the product's own again; left out: as it is"),
});
export type SetEmailSettingsInput = z.output<typeof SetEmailSettingsInput>;

import { MailSendError, type Mailer } from "./mailer.ts";
import type { CarrierName, DueMail } from "./store.ts";

/** Who carries mail: Nexus, where it runs beside Auth, or the server of the settings, or both of them in this order. */
export type Carriers =
  | { readonly nexus: Mailer; readonly smtp: Mailer | undefined }
  | { readonly nexus: undefined; readonly smtp: Mailer };

/** So often Nexus is asked while it is away, within about half a minute, before the other carrier is. */
const nexusAttempts = 3;

/** Who is asked first, and whom after how many attempts. */
export const carrierOrder = ({
  nexus,
  smtp,
}: Carriers): { readonly first: CarrierName; readonly later: CarrierName; readonly firstAttempts: number } => ({
  first: nexus === undefined ? "smtp" : "nexus",
  later: smtp === undefined ? "nexus" : "smtp",
  firstAttempts: nexusAttempts,
});

/**
 * Who is asked next for a mail that was not accepted. Nexus knows a mail that it is handed again; the other carrier does
 * not: it is handed one only while it is proved that Nexus has it not.
 */
export const carrierAfter = (
  { smtp }: Carriers,
  { carrier, held }: Pick<DueMail, "carrier" | "held">,
  error: unknown,
): { readonly carrier: CarrierName | null; readonly atOnce: boolean } => {
  const proof = error instanceof MailSendError ? error.proof : "unknown";
  if (carrier === "smtp" || held !== null || proof === "unknown") return { carrier, atOnce: false };
  if (proof === "declined" && smtp !== undefined) return { carrier: "smtp", atOnce: true };
  return { carrier: null, atOnce: false };
};

import type { MessageStore } from "../mail/message-store.ts";
import { cloudflareWire } from "./cloudflare-wire.ts";
import { mailgunWire } from "./mailgun-wire.ts";
import { openMailWire, type MailVendorWire, type MailWire } from "./mail-wire.ts";
import { postmarkWire } from "./postmark-wire.ts";
import { resendWire } from "./resend-wire.ts";
import { sendgridWire } from "./sendgrid-wire.ts";
import { sesWire } from "./ses-wire.ts";

/** The vendors of mail that the sandbox speaks for; adding one is one line. */
const wires: readonly MailVendorWire[] = [resendWire, cloudflareWire, sesWire, postmarkWire, sendgridWire, mailgunWire];

interface OpenMailVendors {
  /** Where their mail arrives. */
  readonly mailbox: MessageStore | undefined;
  readonly now: () => number;
}

/** The vendors of mail, by their ids. */
export const openMailVendors = (options: OpenMailVendors): ReadonlyMap<string, MailWire> =>
  new Map(wires.map((wire) => [wire.id, openMailWire(wire, options)]));

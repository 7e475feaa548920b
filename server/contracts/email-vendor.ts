import type { ActIdentity, ActRules } from "./act-rules.ts";
import type { Attachment } from "./email/attachment.ts";
import type { SentMailbox } from "./email/mailbox.ts";
import type { RecipientStatus, RenderedRequest } from "./email/send-email.ts";
import type { Answered, VendorIo } from "./vendor-call.ts";

/** A mail as vendors are given it: everything is checked, and the headers of ours are among `headers`. */
export interface OutgoingEmail {
  readonly messageId: string;
  readonly from: SentMailbox;
  readonly to: readonly SentMailbox[];
  readonly cc: readonly SentMailbox[];
  readonly bcc: readonly SentMailbox[];
  readonly replyTo: SentMailbox | undefined;
  readonly subject: string;
  readonly text: string | undefined;
  readonly html: string | undefined;
  readonly attachments: readonly Attachment[];
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Vendors that keep them apart send broadcasts by servers of their own. */
  readonly stream: "transactional" | "broadcast";
}

/** What a vendor answered to a mail that it took, for some recipient at least. */
export interface TakenEmail {
  readonly objectId: string | null;
  readonly recipients: RecipientStatus[];
}

/** What a vendor of mail can do, as it documents it. Routes that cannot carry a mail are left out before anything is held. */
export interface EmailCapabilities {
  /** Of all three fields together. */
  readonly maxRecipients: number;
  /** Of the whole mail, as it is sent; 10 MB where the vendor names no limit. */
  readonly maxBytes: number;
  /** The mail arrives with the Message-ID that it was sent with; else the header `X-Nexus-Operation` names it. */
  readonly keepsMessageId: boolean;
  /** It refuses a mail that only blind copies are to get, or may do so. */
  readonly needsTo: boolean;
  /** With what it was last seen to work. */
  readonly verified: "sandbox" | "vendor_test_mode" | "live";
}

/** Everything that is asked of an e-mail vendor. */
export interface EmailVendor {
  readonly capabilities: EmailCapabilities;
  readonly rules: ActRules;
  /** The exact request, without the secret. */
  readonly prepare: (mail: OutgoingEmail, identity: ActIdentity) => Promise<Uint8Array>;
  /** The request that the bytes are, for people. */
  readonly render: (bytes: Uint8Array) => RenderedRequest;
  readonly send: (bytes: Uint8Array, io: VendorIo) => Promise<Answered<TakenEmail>>;
}

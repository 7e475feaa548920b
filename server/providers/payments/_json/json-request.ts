import { z } from "zod";
import { fillPath } from "../../../contracts/wire-path.ts";
import type { ShownRequest } from "../../../contracts/payments/payments-vendor.ts";

/** A request with a JSON body as it is kept and sent: all of it but the secret. */
export const KeptJsonRequest = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  /** As the vendor documents it, with its `{places}`. */
  path: z.string(),
  values: z.record(z.string(), z.string()),
  headers: z.record(z.string(), z.string()),
  /** Empty: the request has none. */
  body: z.string(),
});
export type KeptJsonRequest = z.infer<typeof KeptJsonRequest>;

interface Written {
  readonly method?: KeptJsonRequest["method"];
  readonly path: string;
  readonly values?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | undefined;
}

/** A request with what every one of them has; one that only reads where neither method nor body is named. */
export const jsonRequest = ({ method, path, values = {}, headers = {}, body }: Written): KeptJsonRequest => ({
  method: method ?? (body === undefined ? "GET" : "POST"),
  path,
  values,
  headers: {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...headers,
  },
  body: body === undefined ? "" : JSON.stringify(body),
});

/** The same as a dry run shows it. */
export const shownJsonRequest = ({ method, path, values, headers, body }: KeptJsonRequest): ShownRequest => ({
  method,
  path: fillPath(path, values) ?? path,
  headers,
  body,
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adapterIo } from "../../../test/adapter-io.ts";
import { openCaptureServer, type CapturedRequest, type CaptureServer } from "../capture-server.ts";
import { comparableRequest, differencesOf } from "../comparable-request.ts";
import { type SdkOracle } from "./sdk-twin.ts";
import { adyenOracle } from "./adyen-oracle.ts";
import { mollieOracle } from "./mollie-oracle.ts";
import { razorpayOracle } from "./razorpay-oracle.ts";
import { squareOracle } from "./square-oracle.ts";

/* What a vendor's own client sends is what our adapter sends: each to one server that writes it down. */

const oracles: Readonly<Record<string, SdkOracle>> = {
  square: squareOracle,
  mollie: mollieOracle,
  adyen: adyenOracle,
  razorpay: razorpayOracle,
};

let capture: CaptureServer;
beforeAll(async () => {
  capture = await openCaptureServer();
});
afterAll(() => capture.close());

/** All that an adapter asks its vendor for: its acts, what became of each, and what it reads. */
const comparedOf = ({ vendor }: SdkOracle): readonly string[] => {
  const acts = [...vendor.acts];
  const outcomes = acts.filter((kind) => vendor.rulesOf(kind).lookUp !== "none").map((kind) => `outcome of ${kind}`);
  const refunds = vendor.acts.has("refund.create");
  const reads = Object.keys(vendor).filter(
    (name) => /^(?:read|list)[A-Z]|^cancelByKey$/.test(name) && (refunds || !/Refunds?$/.test(name)),
  );
  return [...acts, ...outcomes, ...reads];
};

describe.each(Object.entries(oracles))("%s and its own client", (_, oracle) => {
  const {
    vendor,
    credential,
    basePath,
    tls = false,
    clientHeaders,
    contentType = "application/json",
    answer,
    twins,
  } = oracle;

  /** What was asked meanwhile, as fields; whatever an answer is to its reader. */
  const asked = async (work: () => Promise<unknown>) => {
    capture.take();
    await work();
    return capture.take();
  };

  const asFields = (request: CapturedRequest) =>
    comparableRequest(request, (name) => !ofConnections.has(name) && !clientHeaders.test(name));

  it.each(twins)("ask the same: $name", async ({ ours, theirs, differences = [] }) => {
    capture.answer((request) => {
      const told = answer(request);
      if (told === undefined) throw new Error(`no answer to ${request.method} ${request.path}`);
      const { status, document } = told;
      if (document === undefined) return { status };
      return { status, headers: { "content-type": contentType }, body: JSON.stringify(document) };
    });
    const own = await asked(() => ours(vendor, adapterIo(capture.url + basePath, credential)));
    const official = await asked(() => theirs(tls ? capture.tlsUrl : capture.url));
    expect(own.map(({ method, path }) => `${method} ${path}`)).not.toEqual([]);
    expect(official).toHaveLength(own.length);
    for (const [at, request] of own.entries()) {
      const other = official[at];
      if (other === undefined) throw new Error("not as many requests");
      const listed = [
        ...oracle.differences({ ...request, hasBody: request.body.length > 0 }),
        ...(at === 0 ? differences : []),
      ];
      expect(differencesOf(await asFields(request), await asFields(other))).toEqual(
        Object.fromEntries(listed.map(({ field, ours: own, theirs: official }) => [field, [own, official]])),
      );
    }
  });

  it("are compared in all that the adapter asks for", () => {
    expect([...new Set(twins.map(({ compares }) => compares))].toSorted()).toEqual(comparedOf(oracle).toSorted());
  });
});

/** Of a connection, or of what a client is called: no vendor goes by them. What a body is, is compared as a field of its own. */
const ofConnections: ReadonlySet<string> = new Set([
  "accept-encoding",
  "accept-language",
  "connection",
  "content-length",
  "content-type",
  "host",
  "sec-fetch-mode",
  "transfer-encoding",
  "user-agent",
]);

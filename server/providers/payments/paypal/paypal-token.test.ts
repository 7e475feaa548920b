import { expect, test } from "vitest";
import type { VendorIo, WireRequest } from "../../../contracts/vendor-call.ts";
import { paypal } from "./paypal.ts";
import { noDownload } from "../../../../test/no-download.ts";

const { payments } = paypal;
if (payments === undefined) throw new Error("PayPal takes no payments");

const answer = (document: unknown) => ({
  status: 200,
  headers: {},
  body: (async function* () {
    yield Buffer.from(JSON.stringify(document));
  })(),
});

test("the request for an access token only prepares the payment: until the next one nothing of it is sent", async () => {
  const asked: WireRequest[] = [];
  const io: VendorIo = {
    credential: { clientId: "client-of-its-own", clientSecret: "secret-of-its-own" },
    baseUrl: "https://api-m.paypal.com",
    operationId: "01a20028-f85c-706b-b97e-0071d41bb937",
    download: noDownload,
    signal: new AbortController().signal,
    connect: () => Promise.reject(new Error("no line")),
    send: async (request) => {
      asked.push(request);
      return request.path === "/v1/oauth2/token"
        ? answer({ access_token: "token", expires_in: 32_400 })
        : answer({ id: "5O190127TN364715T", status: "CREATED" });
    },
  };
  await payments.readOrder("5O190127TN364715T", io);
  expect(asked.map(({ path, prepares = false }) => [path, prepares])).toEqual([
    ["/v1/oauth2/token", true],
    ["/v2/checkout/orders/{id}", false],
  ]);
});

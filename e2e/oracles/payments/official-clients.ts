import adyenClient from "@adyen/api-library/lib/src/client.js";
import adyenConfig from "@adyen/api-library/lib/src/config.js";
import adyenHttp from "@adyen/api-library/lib/src/httpClient/httpURLConnectionClient.js";
import { PaymentLinksApi } from "@adyen/api-library/lib/src/services/checkout/paymentLinksApi.js";
import { Client as MollieClient } from "mollie-api-typescript";
import Razorpay from "razorpay";
import { SquareClient } from "square";

/** Of nobody, in the forms that the vendors give. */
export const clientCredentials = {
  square: { apiKey: "EAAAlofnobodyatall", locationId: "L1" },
  mollie: { apiKey: "test_ofnobodyatall00000000000000" },
  adyen: { apiKey: "AQEofnobodyatall", accountId: "ShopECOM" },
  razorpay: { clientId: "rzp_test_ofnobody", clientSecret: "ofnobodyatall" },
} as const;

/** https://github.com/square/square-nodejs-sdk */
export const squareAt = (origin: string): SquareClient =>
  new SquareClient({ token: clientCredentials.square.apiKey, baseUrl: origin, maxRetries: 0 });

/** Made of Mollie's specification: https://github.com/mollie/mollie-api-typescript */
export const mollieAt = (origin: string): MollieClient =>
  new MollieClient({
    security: { apiKey: clientCredentials.mollie.apiKey },
    serverURL: origin,
    retryConfig: { strategy: "none" },
  });

type AdyenRequest = InstanceType<typeof adyenHttp.default>["request"];

/** The library knows Adyen's addresses alone, and TLS: whatever it sends is taken elsewhere. */
class TakenElsewhere extends adyenHttp.default {
  readonly #origin: string;

  constructor(origin: string) {
    super();
    this.#origin = origin;
  }

  override request(...[endpoint, json, config, needsKey, options]: Parameters<AdyenRequest>): Promise<string> {
    const there = this.#origin + new URL(endpoint).pathname;
    return super.request(there, json, config, needsKey, { ...options, rejectUnauthorized: false });
  }
}

/** The part of it for links: https://github.com/Adyen/adyen-node-api-library */
export const adyenLinksAt = (origin: string): PaymentLinksApi => {
  const environment = adyenConfig.EnvironmentEnum.TEST;
  const config = new adyenConfig.default({ apiKey: clientCredentials.adyen.apiKey, environment });
  return new PaymentLinksApi(new adyenClient.default(config, new TakenElsewhere(origin)));
};

/** Beside what its types say, the client has the HTTP client that it asks by. */
const isAsking = (api: object): api is { readonly rq: { readonly defaults: { baseURL: string } } } => "rq" in api;

/** It knows Razorpay's address alone: https://github.com/razorpay/razorpay-node */
export const razorpayAt = (origin: string): Razorpay => {
  const { clientId, clientSecret } = clientCredentials.razorpay;
  const client = new Razorpay({ key_id: clientId, key_secret: clientSecret });
  const { api } = client;
  if (!isAsking(api)) throw new Error("this client asks in another way");
  api.rq.defaults.baseURL = origin;
  return client;
};

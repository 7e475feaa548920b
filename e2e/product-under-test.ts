import { z } from "zod";

const Product = z.object({
  dataDir: z.string(),
  /** At which Auth allows the second app. */
  appPort: z.int(),
  /** At which the product asks for the records of domains. */
  dnsPort: z.int(),
  /** Of the one provider in a private network that the product may speak to. */
  providerPort: z.int(),
  /** Of the site whose documents describe apps that nobody registered. */
  documentPort: z.int(),
});

/** What journeys have to know of the product that they drive. */
export type ProductUnderTest = z.infer<typeof Product>;

const variableOf = (place: string): string => `NEXUS_E2E_PRODUCT_${place}`;

/** Tells the workers of the runner about a product; each drives the one of its own place, from 0. */
export const tellWorkers = (place: number, product: ProductUnderTest): void => {
  process.env[variableOf(String(place))] = JSON.stringify(product);
};

export const productUnderTest = (): ProductUnderTest => {
  const told = process.env[variableOf(process.env["TEST_PARALLEL_INDEX"] ?? "0")];
  if (told === undefined) throw new Error("no product was started for this worker");
  return Product.parse(JSON.parse(told));
};

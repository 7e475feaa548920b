import { readManifests } from "./catalogue/read-manifests.ts";

/** Every permission of a service by its checked-in manifest. */
export const readKnownPermissions = async (serviceId = "srv_nexus"): Promise<ReadonlySet<string>> => {
  const manifests = await readManifests();
  const own = manifests.find(({ id }) => id === serviceId)?.permissions ?? [];
  return new Set(own.map(({ permission }) => permission));
};

/** The dashboard acts as Nexus itself. */
export const serviceId = "srv_nexus";

/** Names the port at which the product asks for the records of domains. */
export const dnsPortVariable = "NEXUS_E2E_DNS_PORT";
/** Names the port of the one provider in a private network that the product may speak to. */
export const providerPortVariable = "NEXUS_E2E_PROVIDER_PORT";
/** Names the port of the site whose documents describe apps that nobody registered. */
export const documentPortVariable = "NEXUS_E2E_DOCUMENT_PORT";

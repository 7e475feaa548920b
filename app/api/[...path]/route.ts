import { forwardToGateway } from "../forward-to-gateway.ts";

export { forwardToGateway as GET, forwardToGateway as POST, forwardToGateway as PUT, forwardToGateway as PATCH };
export { forwardToGateway as DELETE, forwardToGateway as OPTIONS };

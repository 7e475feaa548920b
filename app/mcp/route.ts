import { forwardToGateway } from "../api/forward-to-gateway.ts";

export { forwardToGateway as GET, forwardToGateway as POST, forwardToGateway as DELETE, forwardToGateway as OPTIONS };

/** Under which id Nexus itself is registered at Topolo Auth: that of its dashboard's sessions. */
export const ownServiceId = "srv_nexus";

// What the page shows once there is a video: both parts share most of their script.
export { VideoDrawer } from "./video-drawer.tsx";
export { VideoRow } from "./video-row.tsx";

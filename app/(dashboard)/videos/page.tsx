import type { Metadata } from "next";
import { Videos } from "./videos.tsx";

export const metadata: Metadata = { title: "Videos" };

const VideosPage = () => <Videos />;

export default VideosPage;

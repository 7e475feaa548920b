import type { Metadata } from "next";
import { Playground } from "./playground.tsx";

export const metadata: Metadata = { title: "Playground" };

const PlaygroundPage = () => <Playground />;

export default PlaygroundPage;

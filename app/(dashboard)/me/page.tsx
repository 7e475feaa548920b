import type { Metadata } from "next";
import { Me } from "./me.tsx";

export const metadata: Metadata = { title: "Me" };

const MePage = () => <Me />;

export default MePage;

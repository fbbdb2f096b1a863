import { runDemo } from "./run-demo";

await runDemo({ live: false });

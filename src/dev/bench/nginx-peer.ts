import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { answersHttp } from "../supervisor";

export interface NginxPeer {
  readonly url: string;
  readonly root: string;
  /** It sends events to listeners too (`/say`, `/listen`). */
  readonly nchan: boolean;
  readonly pids: () => number[];
  stop(): Promise<void>;
}

export const findNginx = (): string | undefined =>
  ["/usr/sbin/nginx", "/usr/bin/nginx", "/usr/local/sbin/nginx"].find(existsSync);

/** Debian: `libnginx-mod-nchan`. */
const NCHAN = "/usr/lib/nginx/modules/ngx_nchan_module.so";

const freePort = (): Promise<number> =>
  new Promise((done) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });

/** An nginx that takes PUT and serves files, with its defaults otherwise. */
export async function nginxPeer(folder: string): Promise<NginxPeer> {
  const root = join(folder, "files");
  for (const dir of [folder, root, join(folder, "body")]) {
    mkdirSync(dir, { recursive: true });
    chmodSync(dir, 0o777);
  }
  chmodSync(join(folder, ".."), 0o755);
  const port = await freePort();
  const nchan = existsSync(NCHAN);
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `${nchan ? `load_module ${NCHAN};` : ""} ${process.getuid?.() === 0 ? "user root;" : ""}
worker_processes 2; daemon off; pid ${join(folder, "pid")}; error_log ${join(folder, "error.log")};
events { worker_connections 4096; }
http { access_log off; client_max_body_size 64m; client_body_temp_path ${join(folder, "body")}; types { text/html html; }
  server { listen 127.0.0.1:${port}; root ${root}; location / { dav_methods PUT; }
    ${nchan ? "location = /say { nchan_publisher; nchan_channel_id hall; } location = /listen { nchan_subscriber eventsource; nchan_channel_id hall; }" : ""} } }`,
  );
  const child = spawn(findNginx()!, ["-c", config, "-p", folder], { stdio: "inherit" });
  const url = `http://127.0.0.1:${port}`;
  while (!(await answersHttp(url))) {
    if (child.exitCode !== null) throw new Error("nginx did not start");
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    url,
    root,
    nchan,
    pids: () =>
      spawnSync("pgrep", ["-P", String(child.pid)], { encoding: "utf8" })
        .stdout.split("\n")
        .filter(Boolean)
        .map(Number),
    stop: () =>
      new Promise((done) => {
        child.once("exit", () => done());
        child.kill("SIGTERM");
      }),
  };
}

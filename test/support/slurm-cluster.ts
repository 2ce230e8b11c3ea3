import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, hostname, tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Daemons that are not up after this time do not come up. */
const startMs = 30_000;

/** A port that nothing listens at. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** Whether something is so within the time that a start may take. */
async function within(isSo: () => Promise<boolean>): Promise<boolean> {
  for (const begin = performance.now(); performance.now() - begin < startMs;) {
    if (await isSo().catch(() => false)) return true;
    await setTimeout(100);
  }
  return false;
}

/** A cluster of this machine alone: no accounting, no systemd, everything below one folder (slurm.conf(5)). */
async function configurationIn(folder: string): Promise<string> {
  const node = hostname().split('.')[0] ?? 'node';
  const user = userInfo().username;
  const ports = [await freePort(), await freePort()];
  return `ClusterName=spikeledger
SlurmctldHost=${node}(127.0.0.1)
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=batch_sched_delay=0,sched_interval=1
ReturnToService=2
SwitchType=switch/none
MpiDefault=none
KillWait=2
NodeName=${node} NodeAddr=127.0.0.1 CPUs=${availableParallelism()} State=UNKNOWN
PartitionName=main Nodes=${node} Default=YES MaxTime=INFINITE State=UP
`;
}

/** A one-node cluster with daemons, state and ports of its own. */
export class SlurmCluster {
  readonly #folder: string;
  readonly #daemons: ChildProcess[] = [];

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What commands of Slurm need to find this cluster. */
  get environment(): { readonly SLURM_CONF: string } {
    return { SLURM_CONF: path.join(this.#folder, 'slurm.conf') };
  }

  /** What a command of Slurm prints. */
  async call(command: string, ...words: readonly string[]): Promise<string> {
    const env = { ...process.env, ...this.environment };
    return (await execute(command, [...words], { env, timeout: startMs })).stdout;
  }

  /** Starts a daemon that ends when this process does, however that ends. */
  #start(...words: readonly string[]): void {
    const env = { ...process.env, ...this.environment };
    const daemon = spawn('setpriv', ['--pdeathsig', 'TERM', ...words], { env, stdio: 'ignore' });
    daemon.on('error', () => undefined);
    this.#daemons.push(daemon);
  }

  /** Starts munge, the controller and the node. @returns why it does not come up; null: it has */
  async start(): Promise<string | null> {
    const folder = this.#folder;
    for (const name of ['state', 'spool']) await mkdir(path.join(folder, name));
    // Everybody may knock at the socket of munge; its key is its own.
    await chmod(folder, 0o755);
    await writeFile(path.join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 });
    await writeFile(path.join(folder, 'slurm.conf'), await configurationIn(folder));
    const at = (option: string, name: string) => `--${option}=${path.join(folder, name)}`;
    this.#start(
      ...['munged', '--foreground', at('key-file', 'munge.key'), at('socket', 'munge.socket')],
      ...[at('pid-file', 'munge.pid'), at('log-file', 'munge.log'), at('seed-file', 'munge.seed')],
    );
    const log = path.join(folder, 'slurm.log');
    if (await within(() => access(path.join(folder, 'munge.socket')).then(() => true))) {
      for (const name of ['slurmctld', 'slurmd']) this.#start(name, '-D', '-L', log);
      const isIdle = async () => (await this.call('sinfo', '-h', '-o', '%T')).trim() === 'idle';
      if (await within(isIdle)) return null;
    }
    const said = await readFile(log, 'utf8').catch(() => 'munged does not start');
    return `Slurm does not come up: ${said.trim().split('\n').at(-1) ?? ''}`;
  }

  /** Ends what runs on it, and the daemons. */
  async stop(): Promise<void> {
    await this.call('scancel', '-u', userInfo().username).catch(() => undefined);
    for (const daemon of this.#daemons.reverse()) {
      if (daemon.exitCode !== null || daemon.pid === undefined) continue;
      const ended = once(daemon, 'exit');
      daemon.kill('SIGTERM');
      const isOver = await Promise.race([ended.then(() => true), setTimeout(5000, false)]);
      if (!isOver) daemon.kill('SIGKILL');
    }
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** A cluster that is up; a sentence: why there is none. */
export async function startCluster(): Promise<SlurmCluster | string> {
  for (const command of ['munged', 'slurmctld', 'slurmd', 'sbatch']) {
    const isThere = await execute('sh', ['-c', `command -v ${command}`]).then(
      () => true,
      () => false,
    );
    if (!isThere)
      return `there is no ${command} here; Debian's packages are slurmctld, slurmd, slurm-client, munge`;
  }
  const cluster = new SlurmCluster(await mkdtemp(path.join(tmpdir(), 'spikeledger-slurm-')));
  const problem = await cluster.start();
  if (problem === null) return cluster;
  await cluster.stop();
  return problem;
}

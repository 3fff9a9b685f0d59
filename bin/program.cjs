/**
 * The program, with the code that V8 made of it in earlier runs: making it again takes a fourth of a small verification.
 * Node's own compile cache (module.enableCompileCache) is filled before a program runs, and so lacks the functions that
 * are compiled when they are first called, which here are nearly all.
 *
 * It is kept in the user's cache directory, one file for each version and flags of Node and each place of the program, which
 * the code names where it fails: checksums, the calls that have been kept, the code. V8 refuses the code of another
 * V8, but believes what else it reads; so code is taken only where all bytes are as they were written, the program has the
 * length and checksum of the one that it was made of, and the file is the user's own: what has been damaged, or another
 * program in that place, passes with probability 2^-32. What cannot be read or written is done without.
 *
 * NODE_COMPILE_CACHE names another directory, whose parents exist, and NODE_DISABLE_COMPILE_CACHE=1 does without, as for
 * Node's own.
 */
const fs = require('node:fs');
const path = require('node:path');
const vm = require('node:vm');
const zlib = require('node:zlib');

/** Checksum of all behind it, length of the calls, checksum and length of the program. */
const HEADER_SIZE = 16;

/**
 * Seconds of computing after which a run keeps nothing: V8 has dropped functions that ran at its beginning, half of them
 * after three seconds of layers, and how it started matters little to it.
 */
const LONG = 2;

/** Calls that are kept, so that the list has an end: more than there are commands and forms of output. */
const MOST_CALLS = 64;

/** Files that are kept: versions of Node and of the program come and go, and a killed run leaves half of one. */
const MOST_FILES = 8;

// dist/convproof.cjs, a function of what modules are given, in ASCII: V8 holds another in twice the memory, and wrapping
// it here would copy it. Or the sources, under tsx.
const file = require.resolve('#main');
module.exports = file.endsWith('.cjs') ? load(fs.readFileSync(file)) : require('#main');

/** Runs the program. Beside what it exports, `keepCode` keeps its code, if what this call ran is not kept yet. */
function load(source) {
  const place = placeOf(process);
  const kept = place && read(place, source);
  const script = new vm.Script(source.toString('latin1'), { filename: file, cachedData: kept?.code });
  const own = { exports: {} };
  script.runInThisContext()(own.exports, require, own);
  const taken = script.cachedDataRejected === false ? kept : undefined;
  const calls = taken?.calls ?? [];
  const keepCode = () => {
    const call = callOf(process.argv.slice(2));
    const { user, system } = process.cpuUsage();
    if (!place || calls.includes(call) || calls.length >= MOST_CALLS || user + system > 1e6 * LONG) return;
    try {
      const code = script.createCachedData();
      // V8 drops functions that have not run for a while: what is larger has more of them.
      const isLess = taken !== undefined && taken.code.length > code.length;
      write(place, [...calls, call], source, isLess ? taken.code : code);
    } catch {} // The program has done what it was to do.
  };
  return { ...own.exports, keepCode };
}

/** What of a command line decides which functions run, about: the command and the names of its options. */
function callOf([command = '', ...words]) {
  const options = words
    .map((word) => /^--?[a-z][a-z-]*/i.exec(word)?.[0])
    .filter((name) => name !== undefined);
  return [/^[a-z]+$/.test(command) ? command : '', ...new Set(options.sort())].join(' ');
}

/** The file, if there may be one. */
function placeOf({ env, platform, version, arch, execArgv }) {
  // Node < 20.15 has no checksum.
  if (env.NODE_DISABLE_COMPILE_CACHE || zlib.crc32 === undefined) return undefined;
  const directory = env.NODE_COMPILE_CACHE || userCache(env, platform);
  const ours = zlib.crc32(JSON.stringify([file, execArgv, env.NODE_OPTIONS])).toString(16);
  return directory && path.join(directory, 'convproof', `${version}-${arch}-${ours}`);
}

function userCache(env, platform) {
  const home = env.HOME && path.join(env.HOME, platform === 'darwin' ? 'Library/Caches' : '.cache');
  const candidates = platform === 'win32' ? [env.LOCALAPPDATA] : [env.XDG_CACHE_HOME, home];
  // The XDG Base Directory Specification has relative ones ignored; so are others, which would follow the user around.
  return candidates.find((directory) => directory && path.isAbsolute(directory));
}

/** The code in a file and the calls it is of, if it is that of `source` and as it was written. */
function read(place, source) {
  try {
    const bytes = bytesOf(place);
    const end = HEADER_SIZE + bytes.readUInt32LE(4);
    const isOurs = bytes.readUInt32LE(12) === source.length && bytes.readUInt32LE(8) === zlib.crc32(source);
    if (!isOurs || bytes.readUInt32LE(0) !== zlib.crc32(bytes.subarray(4))) return undefined;
    return { calls: bytes.toString('utf8', HEADER_SIZE, end).split('\n'), code: bytes.subarray(end) };
  } catch {
    return undefined;
  }
}

/** Of a file that only this user can have written; throws where it is none. */
function bytesOf(place) {
  const { O_RDONLY, O_NONBLOCK = 0 } = fs.constants;
  const descriptor = fs.openSync(place, O_RDONLY | O_NONBLOCK); // opening a pipe would wait for its writer
  try {
    const status = fs.fstatSync(descriptor);
    const isOwn =
      process.getuid === undefined || (status.uid === process.getuid() && (status.mode & 0o022) === 0);
    if (!isOwn || !status.isFile()) throw new Error('not a file of ours');
    return fs.readFileSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

/** Whole or not at all, as another process may read it; throws where it cannot. */
function write(place, calls, source, code) {
  const said = Buffer.from(calls.join('\n'));
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32LE(said.length, 4);
  header.writeUInt32LE(zlib.crc32(source), 8);
  header.writeUInt32LE(source.length, 12);
  const bytes = Buffer.concat([header, said, code]);
  bytes.writeUInt32LE(zlib.crc32(bytes.subarray(4)), 0);
  const own = path.dirname(place);
  // Not recursively: that does not end in /proc.
  for (const directory of [path.dirname(own), own]) {
    if (!fs.existsSync(directory)) fs.mkdirSync(directory, { mode: 0o700 });
  }
  const unfinished = `${place}.${process.pid}`;
  try {
    fs.writeFileSync(unfinished, bytes, { flag: 'wx', mode: 0o600 });
    fs.renameSync(unfinished, place);
  } finally {
    fs.rmSync(unfinished, { force: true });
  }
  const files = fs.readdirSync(own).map((name) => path.join(own, name));
  const age = new Map(files.map((name) => [name, fs.statSync(name).mtimeMs]));
  const latestFirst = files.sort((a, b) => age.get(b) - age.get(a));
  for (const name of latestFirst.slice(MOST_FILES)) fs.rmSync(name, { force: true });
}

import { execFile } from "node:child_process";
import { promisify } from "node:util";

/** Puts a process into a group of its own, ends it by the group, and takes the group away again. */
const probe = `
[ -x /bin/bash ] || [ -x /usr/bin/bash ] || exit 1
mount=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
own=$(sed -n 's/^0:://p' /proc/self/cgroup)
[ -n "$mount" ] && [ -n "$own" ] || exit 1
group="$mount$own/probe-$$"
mkdir "$group" || exit 1
sh -c 'echo 0 > "$1/cgroup.procs" && exec sleep 30' sh "$group" &
while kill -0 $! && [ -z "$(cat "$group/cgroup.procs")" ]; do :; done
kill -0 $! && echo 1 > "$group/cgroup.kill"
ended=$?
[ $ended = 0 ] || kill -9 $!
wait $!
until rmdir "$group"; do :; done
exit $ended
`;

/** Whether this machine lets a process make control groups that end what is in them; asked of the kernel itself. */
export async function hasControlGroups(): Promise<boolean> {
  if (process.platform !== "linux") return false;
  return promisify(execFile)("sh", ["-c", probe], { timeout: 60_000 }).then(
    () => true,
    () => false,
  );
}

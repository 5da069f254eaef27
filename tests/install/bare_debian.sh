#!/usr/bin/env bash
# usage: bare_debian.sh [--ubuntu] [COMMAND...]
# Proves on a bare Debian 12, or Ubuntu 24.04, what README promises for a fresh machine: debootstrap makes a minimal tree,
# the checkout is copied into it (committed and new files, no build products), and `./dev setup`, `./dev build release` and
# `./dev demo` run there in a chroot. Other dev commands can be named instead, each as one argument. Needs root.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
suite=bookworm archive=http://deb.debian.org/debian options=()
if [[ ${1:-} == --ubuntu ]]; then
  shift
  suite=noble archive=http://archive.ubuntu.com/ubuntu options=('--components=main,universe')
fi
commands=("$@")
(( $# )) || commands=("setup" "build release" "demo")

(( EUID == 0 )) || { echo "bare_debian.sh: needs root, for chroot" >&2; exit 2; }
command -v debootstrap >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends debootstrap; }

# The mirror of this machine, since it may reach no other.
shopt -s nullglob
sources=(/etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources)
mirror="$(cat "${sources[@]}" 2>/dev/null | grep -v '^ *#' | grep -oE 'https?://[^ ]*/debian/?( |$)' | tr -d ' ' |
  sort -u | awk 'NR == 1' || true)"
tree="$(mktemp -d /tmp/warptune-bare.XXXXXX)"
chmod 755 "$tree"   # apt downloads as a user of its own
mounts=()
cleanup() {
  local mount
  for mount in "${mounts[@]}"; do umount -l "$mount" || true; done
  rm -rf --one-file-system "$tree"
}
trap cleanup EXIT

script=(/usr/share/debootstrap/scripts/"$suite")
if [[ $suite == noble ]]; then
  mirror="$archive"
  # Debian knows neither Ubuntu's key nor, where it is older, its newest suites: they are all set up alike.
  [[ -f /usr/share/keyrings/ubuntu-archive-keyring.gpg ]] || options+=(--no-check-gpg)
  [[ -e ${script[0]} ]] || script=(/usr/share/debootstrap/scripts/gutsy)
fi
debootstrap --variant=minbase "${options[@]}" "$suite" "$tree" "${mirror:-$archive}" "${script[@]}" >"$tree.log" 2>&1 \
  || { tail -n 20 "$tree.log"; exit 1; }
rm -f "$tree.log"
cp /etc/resolv.conf /etc/hosts "$tree/etc/"
# Where a proxy has certificates of its own, pip needs them.
environment=(HOME=/root TERM=dumb PATH=/usr/sbin:/usr/bin:/sbin:/bin)
if [[ -f ${PIP_CERT:-} ]]; then
  cp "$PIP_CERT" "$tree/root/certificates.pem"
  environment+=(PIP_CERT=/root/certificates.pem)
fi
for folder in proc dev; do
  mount --rbind "/$folder" "$tree/$folder" && mounts+=("$tree/$folder")
done

mkdir -p "$tree/root/warptune"
cd "$root"
git ls-files -z --cached --others --exclude-standard |
  while IFS= read -r -d '' file; do if [[ -e $file ]]; then printf '%s\0' "$file"; fi; done |
  tar --create --null --files-from=- |
  tar --extract --directory "$tree/root/warptune" --no-same-owner

for command in "${commands[@]}"; do
  printf '== bare %s: ./dev %s\n' "$suite" "$command"
  chroot "$tree" /usr/bin/env -i "${environment[@]}" /bin/bash -c "cd /root/warptune && ./dev $command"
done
printf 'bare %s: all commands worked\n' "$suite"

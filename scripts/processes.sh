# What the other scripts share: to be sourced, with the folder above scripts/ in $home. Background
# processes are each known by a file with their pid.
# Needs nothing but bash, coreutils and grep.

java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# Where asset-stager.jar, spark-home/ and s3proxy/ are: at the top of the archive, in the sources where
# the build puts them.
build=$home
[[ -f $build/asset-stager.jar ]] || build=$home/target

# java_version: prints the JDK's number, such as 17, or 17 if it doesn't say; 0 if there is no Java.
java_version() {
  local path release version=
  if ! path=$(command -v "$java"); then
    echo 0
    return
  fi
  release=$(dirname "$(readlink -f "$path")")/../release
  if [[ -r $release ]]; then
    # Java 8 is 1.8 there.
    version=$(sed -nE 's/^JAVA_VERSION="(1\.)?([0-9]+).*/\2/p' "$release")
  fi
  echo "${version:-17}"
}

# class_data: prints where a run's classes are kept for later starts, in the form that the JDK reads.
class_data() {
  if (($(java_version) >= 25)); then
    echo "$home/target/class-data.aot"
  else
    echo "$home/target/class-data.jsa"
  fi
}

# Where the small JVM's classes are kept: in one form for all JDKs, since asking which it is takes time.
small_classes=$home/target/class-data-small.jsa

# small_jvm [option]... <class> [argument]...: runs what needs no Spark, in a JVM that costs little. It
# lives for a moment: code and garbage seldom need work, and there are no logs, whose
# library would take half of its time.
small_jvm() {
  local jars=${SPARK_HOME:-$build/spark-home}/jars path=$build/asset-stager.jar name file
  # Only the jars that it needs, since each one that is opened takes time; what turns out to need more is
  # left to Spark.
  for name in spark-core_ spark-common-utils_ scala-library- hadoop-client-api- log4j-api- slf4j-api- \
    jackson-core-2 jackson-databind- jackson-annotations- commons-text- commons-lang3-; do
    for file in "$jars/$name"*.jar; do path+=:$file; done
  done
  "$java" -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 -XX:+UseSerialGC -Xshare:auto \
    -Xms64m -Xmn40m -Xmx128m -XX:-UsePerfData \
    -Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider \
    -Dslf4j.internal.verbosity=ERROR \
    -cp "$path" "$@"
}

# make_small_class_data <new folder in target/>: makes $small_classes there, and removes the folder.
# It has the classes that help and a mistake in settings load. What a JVM writes at its end
# (-XX:ArchiveClassesAtExit, -XX:AOTCacheOutput) has those of one run only, without picocli's, whose format
# is old.
make_small_class_data() {
  local made=$1/${small_classes##*/}
  mkdir "$1" || return
  small_jvm "-XX:DumpLoadedClassList=$1/help" org.assetstager.WithoutSpark --help >/dev/null
  small_jvm "-XX:DumpLoadedClassList=$1/mistake" org.assetstager.WithoutSpark \
    stage --manifest m --config /dev/null --set upload.part-sise=1 --set upload.part-size=1 >/dev/null 2>&1 || true
  # The numbers of classes differ from run to run.
  sed 's/ id: [0-9]*$//' "$1/help" "$1/mistake" | grep -v '^#' | sort -u >"$1/classes"
  if ! small_jvm -Xshare:dump "-XX:SharedClassListFile=$1/classes" "-XX:SharedArchiveFile=$made" \
    >"$1/dump.log" 2>&1; then
    cat "$1/dump.log" >&2
    return 1
  fi
  # In one step: other runs may start meanwhile.
  mv -f "$made" "$small_classes"
  rm -r "$1"
}

# url_path <path>: prints it as a file URL has it, for logging libraries, browsers and Spark's own settings.
# The job itself takes paths as they are.
url_path() {
  local path=${1//\%/%25}
  path=${path//\#/%23}
  path=${path//\?/%3F}
  echo "${path// /%20}"
}

# name_user: gives a user id that has no entry in /etc/passwd a name, as containers with arbitrary ids
# need it: Java knows none then, and Hadoop doesn't start without. As Spark's own images do.
name_user() {
  local uid library entries
  if id -un >/dev/null 2>&1; then
    return
  fi
  uid=$(id -u)
  for library in ${NSS_WRAPPER:-/usr/lib/*/libnss_wrapper.so /usr/lib64/libnss_wrapper.so /usr/lib/libnss_wrapper.so}; do
    if [[ -s $library ]]; then
      entries=$(mktemp -d)
      echo "${HADOOP_USER_NAME:-asset-stager}:x:$uid:$(id -g):user $uid:${HOME:-/tmp}:/bin/false" >"$entries/passwd"
      cat /etc/group >"$entries/group"
      export NSS_WRAPPER_PASSWD=$entries/passwd NSS_WRAPPER_GROUP=$entries/group
      export LD_PRELOAD=$library${LD_PRELOAD:+:$LD_PRELOAD}
      return
    fi
  done
  echo "asset-stager: the user id $uid has no name here, and Hadoop doesn't start without one." \
    "Add it to /etc/passwd, or install libnss-wrapper, which gives it one" >&2
  exit 2
}

# free_port [not this one]: prints a port of 127.0.0.1 that nothing listens on.
free_port() {
  local port
  while true; do
    port=$((20000 + RANDOM % 12000))
    if [[ $port != "${1:-}" ]] && ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

# start_process <path> <command>...: its pid goes to <path>.pid, what it prints to <path>.log.
start_process() {
  local path=$1
  shift
  "$@" >"$path.log" 2>&1 </dev/null &
  local pid=$!
  # A pid may be given again to somebody else's process: the start time tells them apart, proc(5).
  echo "$pid $(start_time "$pid")" >"$path.pid"
}

start_time() {
  local stat
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  stat=${stat##*) }
  read -ra stat <<<"$stat"
  echo "${stat[19]}"
}

# is_running <pid file>
is_running() {
  local pid started
  # Without a start time, it had ended before its file was written.
  [[ -f $1 ]] && read -r pid started <"$1" && [[ -n $started && $(start_time "$pid") == "$started" ]]
}

# stop_process <pid file>: only the process that was started; waits for its end.
stop_process() {
  local pid started i
  if is_running "$1"; then
    read -r pid started <"$1"
    kill "$pid" 2>/dev/null || true
    for ((i = 0; i < 100; i++)); do
      is_running "$1" || break
      sleep 0.1
    done
    if is_running "$1"; then kill -KILL "$pid" 2>/dev/null || true; fi
  fi
  rm -f "$1"
}

# http_get <port> <path>: prints the answer, head and all; fails if nobody answers.
http_get() {
  (
    exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n' "$2" >&3
    answer=$(timeout 5 cat <&3 | tr -d '\0') || exit 1
    [[ $answer == HTTP/* ]] || exit 1
    printf '%s\n' "$answer"
  ) 2>/dev/null
}

# await <what> <path> <command>...: until the command succeeds; shows <path>.log if it doesn't in two
# minutes, or if the process that start_process started there has ended.
await() {
  local what=$1 path=$2 deadline=$((SECONDS + 120))
  shift 2
  until "$@" >/dev/null; do
    if ((SECONDS > deadline)) || ! is_running "$path.pid"; then
      echo "$what did not start. The log of it:" >&2
      cat "$path.log" >&2
      return 1
    fi
    sleep 0.2
  done
}

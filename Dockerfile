# The image of every Atoll program: `docker run atoll naming`, `atoll master`, `atoll worker`.
#
#   docker build -t atoll .
#
# What was built on this machine (mvn -q -Dquick package) is taken as it is; else it is built in here, and
# nothing but Docker is needed. Without a network, build on the machine and let BUILD_IMAGE be any image.
# The runtime needs Java 25, and bash for the health check.
ARG BUILD_IMAGE=maven:3-eclipse-temurin-25
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN [ -d cli/target/atoll/lib ] || mvn -q -B -Dquick -pl cli -am package

FROM ${RUNTIME_IMAGE}
# A fixed number, so that volumes and Kubernetes' runAsUser can name it; no home but the state.
RUN groupadd --system --gid 10001 atoll \
    && useradd --system --uid 10001 --gid atoll --no-create-home --home-dir /var/lib/atoll \
        --shell /usr/sbin/nologin atoll \
    && install -d -o atoll -g atoll -m 0700 /var/lib/atoll /etc/atoll
COPY --from=build /src/atoll /opt/atoll/
COPY --from=build /src/cli/target/atoll/ /opt/atoll/
# 7410 tells how the process feels; the programs serve at 7400 (naming), 7401 (master), 7402 (worker).
ENV PATH=/opt/atoll:$PATH \
    LANG=C.UTF-8 \
    ATOLL_METRICS_LISTEN=0.0.0.0:7410 \
    ATOLL_WORKER_STATE_DIR=/var/lib/atoll
# The start-up cache belongs to this very Java, so it is made here; nobody may write it later.
RUN ATOLL_AOT=wait atoll --version && ATOLL_AOT=wait atoll worker --help >/dev/null
EXPOSE 7400 7401 7402 7410
USER 10001:10001
WORKDIR /var/lib/atoll
STOPSIGNAL SIGTERM
# A bash that opens a socket costs a millisecond; a JVM that asks would cost half a second of CPU.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${ATOLL_METRICS_LISTEN##*:} && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["atoll"]
CMD ["--help"]

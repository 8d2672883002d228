# The image of every Atoll program: `docker run atoll naming`, `atoll master`, `atoll worker`.
#
#   docker build --target host -t atoll .    takes what Maven built on this machine (no network needed
#                                            beyond the base image): mvn -q -Dquick package
#   docker build -t atoll .                  builds from source inside Docker, with nothing but Docker
#
# The base must have bash, for the health check, and a Java 25 runtime on the PATH.
ARG RUNTIME_IMAGE=eclipse-temurin:25-jre
ARG BUILD_IMAGE=maven:3-eclipse-temurin-25

FROM ${RUNTIME_IMAGE} AS runtime
# A fixed number, so that volumes and Kubernetes' runAsUser can name it; no home but the state.
RUN groupadd --system --gid 10001 atoll \
    && useradd --system --uid 10001 --gid atoll --no-create-home --home-dir /var/lib/atoll \
        --shell /usr/sbin/nologin atoll \
    && install -d -o atoll -g atoll -m 0700 /var/lib/atoll /etc/atoll
# 7410 tells how the process feels; the service ports are naming 7400, master 7401, worker 7402.
ENV PATH=/opt/atoll:$PATH \
    LANG=C.UTF-8 \
    ATOLL_METRICS_LISTEN=0.0.0.0:7410 \
    ATOLL_WORKER_STATE_DIR=/var/lib/atoll
EXPOSE 7400 7401 7402 7410
USER 10001:10001
WORKDIR /var/lib/atoll
STOPSIGNAL SIGTERM
# A bash that opens a socket costs a millisecond; a JVM that asks would cost half a second of CPU.
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/${ATOLL_METRICS_LISTEN##*:} && printf 'GET /healthz HTTP/1.0\\r\\n\\r\\n' >&3 && read -r status <&3 && [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["atoll"]
CMD ["--help"]

FROM runtime AS host
COPY atoll /opt/atoll/
COPY cli/target/atoll/ /opt/atoll/
# The start-up cache belongs to this very Java, so it is made here; nobody may write it later.
USER root
RUN ATOLL_AOT=wait atoll --version
USER 10001:10001

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
COPY . .
RUN mvn -q -B -Dquick -pl cli -am package

FROM runtime AS source
COPY --from=build /src/atoll /opt/atoll/
COPY --from=build /src/cli/target/atoll/ /opt/atoll/
USER root
RUN ATOLL_AOT=wait atoll --version
USER 10001:10001

# The operator's image, built from this repository alone:
#
#   docker build -t registry.example.org/cpu-baseline:0.1.0 .
#
# To pin the bases, name them by digest:
#
#   --build-arg BUILD_IMAGE=maven@sha256:… --build-arg RUNTIME_IMAGE=debian@sha256:…
#
# Layers from below: the base, Java, the libraries, the program, its class archive. An upgrade of the program alone brings the last two.
ARG BUILD_IMAGE=maven:3.9.11-eclipse-temurin-17
ARG RUNTIME_IMAGE=debian:12-slim

# Jars are the same for every platform: built once, on the builder's own. The cache is that of the build image's user, who is root.
FROM --platform=$BUILDPLATFORM ${BUILD_IMAGE} AS build
WORKDIR /source
COPY .mvn .mvn
COPY pom.xml ./
COPY crds crds
COPY operator operator
RUN --mount=type=cache,target=/root/.m2 \
    mvn -B -ntp -f operator/pom.xml -P '!checks' -Dmaven.test.skip=true -Dspotless.check.skip=true package \
    && mkdir -p /distribution/program \
    && cp -a operator/target/lib /distribution/lib \
    && cp -a operator/target/cpu-baseline.jar operator/src/main/dist/. /distribution/program/ \
    && find /distribution -exec touch -d @0 {} +

# Java with the modules that the program uses, for the platform of the image.
FROM ${BUILD_IMAGE} AS java
COPY --from=build /source/operator/src/main/image/modules /modules
RUN java=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")") \
    && "$java/bin/jlink" --add-modules "$(grep -v '^#' /modules | paste -sd,)" --strip-java-debug-attributes --no-man-pages --no-header-files --output /opt/java \
    && /opt/java/bin/java -XX:+UseSerialGC -Xshare:dump

FROM ${RUNTIME_IMAGE}
LABEL org.opencontainers.image.title=cpu-baseline \
      org.opencontainers.image.description="Keeps the CPU baseline of a KubeVirt cluster, so that live migration only has compatible targets" \
      org.opencontainers.image.licenses=Apache-2.0
ENV JAVA_HOME=/opt/java
COPY --from=java /opt/java /opt/java
COPY LICENSE /opt/cpu-baseline/
COPY --from=build /distribution/lib /opt/cpu-baseline/lib
COPY --from=build /distribution/program /opt/cpu-baseline
# A class archive is good for one JVM, these jars and this path, so it is recorded here and not copied.
RUN /opt/cpu-baseline/bin/record-archive
USER 65532:65532
ENTRYPOINT ["/opt/cpu-baseline/bin/cpu-baseline"]
CMD ["run"]

# docker build -t replikey .
# docker run -v ./replikey.yaml:/etc/replikey/replikey.yaml:ro -e MYSQL_PASSWORD replikey
# Any Debian from 12 on serves as the base: --build-arg BASE=debian:bookworm-slim
ARG BASE=debian:trixie-slim

FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      g++ cmake ninja-build pkg-config libmariadb-dev libhiredis-dev libspdlog-dev libyaml-cpp-dev \
      libcli11-dev nlohmann-json3-dev zlib1g-dev libssl-dev libxxhash-dev \
 && rm -rf /var/lib/apt/lists/*

WORKDIR /src
COPY CMakeLists.txt LICENSE README.md CHANGELOG.md ./
COPY cmake cmake
COPY packaging packaging
COPY docs/CONFIG.md docs/
COPY config config
COPY include include
COPY src src
# The commit that --version shows: --build-arg COMMIT=$(git rev-parse --short HEAD)
ARG COMMIT=
RUN cmake -S . -B /build -G Ninja -DCMAKE_INSTALL_PREFIX=/usr -DBUILD_TESTING=OFF \
      ${COMMIT:+-DREPLIKEY_COMMIT=${COMMIT}} \
 && cmake --build /build --target replikey \
 && DESTDIR=/out cmake --install /build --strip

# The packages of the libraries that the program loads, whatever this Debian calls them. Merged
# /usr: a file may be known to dpkg by its path with or without /usr.
RUN set -eu; \
    ldd /out/usr/bin/replikey >/tmp/libraries; \
    awk '$2 == "=>" { print $3 }' /tmp/libraries | while read -r library; do \
      file=$(readlink -e "$library"); \
      dpkg-query -S "$file" 2>/dev/null || dpkg-query -S "${file#/usr}" || echo "?$library:"; \
    done | cut -d: -f1 | sort -u >/out/packages; \
    ! grep '?' /out/packages

FROM ${BASE}
COPY --from=build /out/packages /tmp/packages
RUN export DEBIAN_FRONTEND=noninteractive \
 && apt-get update \
 && xargs -a /tmp/packages apt-get install -y --no-install-recommends ca-certificates tzdata \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/cache/debconf/*-old /var/log/* /tmp/packages
COPY --from=build /out/usr/bin/replikey /usr/bin/replikey
COPY --from=build /out/etc/replikey /etc/replikey
COPY --from=build /src/LICENSE /usr/share/doc/replikey/LICENSE

USER 65532:65532
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=15s --start-period=30s --retries=3 \
  CMD ["replikey", "status", "--config", "/etc/replikey/replikey.yaml"]
ENTRYPOINT ["replikey"]
CMD ["--config", "/etc/replikey/replikey.yaml"]

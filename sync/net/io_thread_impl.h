// What an IoThread is made of, for the files of this folder that make sockets on it.
// Thread: as IoThread. Private to sync/net.
#pragma once

#include "sync/net/aliases.h"
#include "sync/net/io_thread.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <mutex>
#include <string>
#include <thread>

namespace balie::sync {

struct IoThread::Impl {
    Impl() : work(net::make_work_guard(context)) {}

    net::io_context context{1};
    net::executor_work_guard<net::io_context::executor_type> work;
    std::thread thread;
    std::atomic<bool> stopped{false};
    std::mutex stop_mutex;
};

}  // namespace balie::sync
